/** Who takes part in a purchase, as titles read in a CRM. `part` is the generator's own view; the pipeline reads titles. */
export type CommitteePart = 'champion' | 'decider' | 'technical' | 'user' | 'finance' | 'legal';

export const committeeTitles: Readonly<Record<CommitteePart, readonly string[]>> = {
  champion: [
    'Head of Data Engineering',
    'Director of Analytics',
    'Marketing Operations Manager',
    'Head of Revenue Operations',
  ],
  decider: [
    'Chief Information Officer',
    'Chief Marketing Officer',
    'VP Engineering',
    'Vice President Sales',
    'Chief Technology Officer',
  ],
  technical: [
    'Senior Data Engineer',
    'Solutions Architect',
    'Platform Engineer',
    'Enterprise Architect',
    'Security Architect',
  ],
  user: [
    'Marketing Analyst',
    'Business Analyst',
    'Demand Generation Specialist',
    'Data Analyst',
    'Sales Operations Analyst',
  ],
  finance: ['Procurement Manager', 'Finance Director', 'Strategic Sourcing Lead', 'Chief Financial Officer'],
  legal: ['General Counsel', 'Data Protection Officer', 'Compliance Manager'],
};

/** In what order people usually join: somebody who feels the pain first, the ones who sign last. */
export const joiningOrder: readonly CommitteePart[] = [
  'champion',
  'technical',
  'user',
  'decider',
  'technical',
  'finance',
  'user',
  'legal',
];
