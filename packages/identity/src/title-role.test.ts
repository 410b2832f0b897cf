import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seniorityRows } from './data/title-seniorities.ts';
import { workRows } from './data/title-works.ts';
import { phrasesOf, roleOfTitle } from './title-role.ts';

const cases: readonly (readonly [title: string, role: string, seniority: string])[] = [
  ['CEO', 'economic_buyer', 'c_level'],
  ['C.E.O. & Co-Founder', 'economic_buyer', 'c_level'],
  ['Chief Marketing Officer', 'economic_buyer', 'c_level'],
  ['Chief Technology Officer', 'technical', 'c_level'],
  ['Chief of Staff', 'economic_buyer', 'director'],
  ['VP, Sales', 'economic_buyer', 'vp'],
  ['Senior Vice President Operations', 'economic_buyer', 'vp'],
  ['Vice President of Engineering', 'technical', 'vp'],
  ['Director of Marketing', 'economic_buyer', 'director'],
  ['Director, IT Infrastructure', 'technical', 'director'],
  ['Director', '', 'director'],
  ['Head of Finance', 'economic_buyer', 'head'],
  ['Senior Accountant', 'finance', 'senior'],
  ['Financial Controller', 'finance', 'individual'],
  ['Procurement Manager', 'procurement', 'manager'],
  ['IT Procurement Manager', 'procurement', 'manager'],
  ['General Counsel', 'legal', 'c_level'],
  ['Deputy General Counsel', 'legal', 'director'],
  ['Account Manager', 'user', 'individual'],
  ['Partner', 'economic_buyer', 'c_level'],
  ['Partner Manager', 'user', 'manager'],
  ['HR Business Partner', 'user', 'individual'],
  ['Senior Software Engineer', 'technical', 'senior'],
  ['Solutions Architect', 'technical', 'senior'],
  ['Product Owner', 'technical', 'individual'],
  ['Account Executive', 'user', 'individual'],
  ['Executive Assistant to the CEO', 'user', 'individual'],
  ['Marketing Manager', 'user', 'manager'],
  ['Marketing Intern', 'user', 'junior'],
  ['Market Research Analyst', 'user', 'individual'],
  ['Geschäftsführerin', 'economic_buyer', 'c_level'],
  ['Geschaeftsfuehrer', 'economic_buyer', 'c_level'],
  ['Vorstandsvorsitzender', 'economic_buyer', 'c_level'],
  ['Leiter Einkauf', 'procurement', 'head'],
  ['Vertriebsleiterin', 'user', 'head'],
  ['Teamleiter IT', 'technical', 'manager'],
  ['Softwareentwicklerin', 'technical', 'individual'],
  ['Werkstudent Marketing', 'user', 'junior'],
  ['Assistenz der Geschäftsführung', 'user', 'individual'],
  ['Directrice générale', 'economic_buyer', 'c_level'],
  ['Directeur commercial', 'economic_buyer', 'director'],
  ['Responsable des achats', 'procurement', 'head'],
  ['Développeur', 'technical', 'individual'],
  ['Chef de projet', 'user', 'manager'],
  ['Directora general', 'economic_buyer', 'c_level'],
  ['Gerente de Compras', 'procurement', 'manager'],
  ['Ingeniera de sistemas', 'technical', 'individual'],
  ['Jefe de Ventas', 'user', 'head'],
  ['Amministratore di sistema', 'technical', 'individual'],
  ['Amministratore Unico', 'economic_buyer', 'c_level'],
  ['Legale rappresentante', 'economic_buyer', 'c_level'],
  ['AD', 'economic_buyer', 'c_level'],
  ['Ad Operations Manager', 'user', 'manager'],
  ['Diretora de Compras', 'procurement', 'director'],
  ['Gerente de Contas', 'user', 'individual'],
  ['Hoofd Inkoop', 'procurement', 'head'],
  ['Bedrijfsjurist', 'legal', 'individual'],
  ['', '', ''],
  ['Wizard', '', ''],
  ['42', '', ''],
];

describe('a job title', () => {
  it.each(cases)('%j is read as %s, %s', (title, role, seniority) => {
    expect(roleOfTitle(title)).toEqual({ role, seniority });
  });

  it('is read alike whatever its case, accents and punctuation', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.constantFrom(' ', ' - ', ' / ', ' | '), ([title], gap) => {
        expect(roleOfTitle(title.toUpperCase().replaceAll(' ', gap))).toEqual(roleOfTitle(title));
      }),
    );
  });

  it('never throws and never takes long, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2_000, unit: 'binary' }), (title) => {
        expect(Object.keys(roleOfTitle(title))).toEqual(['role', 'seniority']);
      }),
    );
  });

  it('has table phrases as titles are compared: lower case, without accents', () => {
    const phrases = [...seniorityRows, ...workRows].flatMap(phrasesOf);
    expect(phrases.filter((phrase) => !/^=?[a-z0-9*+]+( ([a-z0-9*]+|~))*$/.test(phrase))).toEqual([]);
  });
});
