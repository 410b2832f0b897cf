/** What the board is told, however it is found out. Instants are epoch milliseconds, scores 0 to 100. */

export interface ActivePerson {
  readonly kind: string;
  /** buying role; empty when unknown */
  readonly role: string;
  /** counted touches in the 30-day window */
  readonly touches: number;
}

/** What touches of one type, over all windows, give to the score. */
export interface TypeShare {
  readonly type: string;
  readonly count: number;
  /** points of the score */
  readonly points: number;
}

/** An account that enters, renews, confirms or leaves high intensity. */
export interface HighIntensityTransition {
  readonly transitionId: string;
  readonly accountId: string;
  readonly kind: 'enter' | 'renew' | 'leave' | 'confirm';
  readonly at: number;
  readonly cause: string;
  readonly score: number;
  readonly touches30d: number;
  readonly people30d: number;
  /** most active first, at most 20 */
  readonly people: readonly ActivePerson[];
  readonly types: readonly TypeShare[];
  readonly products: readonly string[];
}

export interface RouteDecision {
  readonly transitionId: string;
  readonly route: string;
  readonly state: string;
  /** for suppressed: large_move, correction, no_touch_cause, undeclared_source, historical, cool_down, no_contact */
  readonly reason: string;
  /** roles of those to contact first */
  readonly contactRoles: readonly string[];
}

export interface LevelCounts {
  /** accounts that ever had a counted touch in a window */
  readonly accounts: number;
  /** at the level engaged, those at high intensity among them */
  readonly engaged: number;
  readonly highIntensity: number;
  readonly transitions: number;
  readonly routed: number;
  readonly suppressed: number;
  /** epoch ms, the latest clock an account was judged at; null: none yet */
  readonly clock: number | null;
}

export const noCounts: LevelCounts = {
  accounts: 0,
  engaged: 0,
  highIntensity: 0,
  transitions: 0,
  routed: 0,
  suppressed: 0,
  clock: null,
};

/** One look: what is new since the one before, and the counts as they are. */
export interface BoardUpdate {
  readonly counts: LevelCounts;
  readonly transitions: readonly HighIntensityTransition[];
  readonly decisions: readonly RouteDecision[];
  /** names of companies by account id, as far as the directory has them */
  readonly names: ReadonlyMap<string, string>;
}

/** Where updates come from. A look may repeat what an earlier one said; it must not leave anything out. */
export interface BoardFeed {
  /** With `exact` the counts are those of now; otherwise they may be a second old. */
  look(options?: { readonly exact: boolean }): Promise<BoardUpdate>;
  close(): Promise<void>;
}
