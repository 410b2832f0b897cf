import type { PhraseRow, Seniority } from './titles.ts';

export const seniorityRows: readonly PhraseRow<Seniority>[] = [
  {
    value: 'junior',
    phrases: {
      en: 'intern, internship, trainee, apprentice, student, working student, graduate, junior, jr',
      de: 'praktikant*, auszubildende*, azubi, werkstudent*, studentin, volontar*',
      fr: 'stagiaire, alternant, alternante, apprenti, apprentie, etudiant, etudiante',
      es: 'becario, becaria, practicante, aprendiz, estudiante, pasante',
      it: 'stagista, tirocinante, apprendista, praticante, studente, studentessa',
      pt: 'estagiario, estagiaria, aprendiz, estudante',
      nl: 'stagiair, stagiaire, leerling',
    },
  },
  { value: 'c_level', phrases: { en: 'company secretary, corporate secretary' } },
  {
    // Whoever works for or beside the named rank does not hold it.
    value: 'individual',
    phrases: {
      en: `assistant to, executive assistant, personal assistant, pa to, ea to, secretary, office of the,
        product owner, process owner, system owner`,
      de: `assistenz, assistent der, assistentin der, assistent des, assistentin des, sekretar*, referent* der,
        referent* des`,
      fr: 'assistante de, assistante du, assistant de, assistant du, secretaire, delegue* a la protection',
      es: 'asistente de direccion, secretaria, secretario, delegado de proteccion, delegada de proteccion',
      it: 'assistente di direzione, segretaria, segretario, segreteria, responsabile della protezione dei dati',
      pt: 'encarregado de protecao, encarregada de protecao, encarregado da protecao, assistente da diretoria',
      nl: '*secretaresse, *secretaris, directieassistent*',
    },
  },
  {
    value: 'director',
    phrases: { en: 'associate general counsel, assistant general counsel, deputy general counsel', de: 'prokurist*' },
  },
  {
    value: 'vp',
    phrases: {
      en: 'vice president, vp, svp, evp, avp',
      de: 'vizeprasident*, bereichsleit*',
      fr: 'vice presidente',
      es: 'vice presidenta, vicepresidente, vicepresidenta',
    },
  },
  {
    value: 'c_level',
    phrases: {
      en: `chief ~ officer, ceo, cfo, coo, cto, cio, ciso, cmo, cro, cpo, chro, cdo, cso, cco, cao, clo,
        founder, cofounder, co founder, owner, co owner, president, proprietor, managing partner, =partner,
        managing director, board member, member of the board, chairman, chairwoman, chair of the board,
        general counsel`,
      de: `geschaftsfuhr*, geschaeftsfuehr*, gf, gesellschafter, gesellschafterin, vorstand*, inhaber*, grunder*,
        vorsitzende*`,
      fr: `pdg, dg, dga, directeur general, directrice generale, gerant, gerante, fondateur, fondatrice,
        cofondateur, cofondatrice, president directeur general, dirigeant, dirigeante, chef d entreprise,
        cheffe d entreprise, =associe, =associee`,
      es: `presidente, presidenta, dueno, duena, propietario, propietaria, director general, directora general,
        director gerente, directora gerente, consejero delegado, consejera delegada, administrador unico,
        administradora unica, fundador, fundadora, gerente general, socio, socia`,
      it: `amministratore delegato, amministratrice delegata, amministratore unico, amministratrice unica, =ad,
        direttore generale, direttrice generale, titolare, cotitolare, contitolare, imprenditore,
        imprenditrice, fondatore, fondatrice, proprietario, proprietaria, legale rappresentante,
        consigliere di amministrazione, consigliere delegato`,
      pt: `diretor geral, diretora geral, diretor presidente, diretora presidente, socio administrador,
        socia administradora, socio gerente, proprietario, empresario, empresaria, dono, dona`,
      nl: `algemeen directeur, directeur eigenaar, directeur grootaandeelhouder, eigenaar, eigenaresse, oprichter,
        bestuurder, bestuursvoorzitter, voorzitter, ondernemer`,
    },
  },
  {
    value: 'director',
    phrases: {
      en: 'director, directors, dir, general manager, country manager, chief of staff',
      de: 'direktor, direktorin, hauptabteilungsleit*, geschaftsleit*, niederlassungsleit*',
      fr: 'directeur, directrice, sous directeur, sous directrice, daf, drh, dsi',
      es: 'directora, dtor, dtora, subdirector, subdirectora',
      it: 'direttore, direttrice, vicedirettore, vicedirettrice, dirigente',
      pt: 'diretor, diretora, superintendente',
      nl: 'directrice, adjunct directeur',
    },
  },
  {
    // Before heads: of a project, a team or a shift.
    value: 'manager',
    phrases: {
      de: 'teamleit*, gruppenleit*, projektleit*, schichtleit*, schichtfuhr*, bauleit*',
      fr: `chef de projet, cheffe de projet, chef de projets, cheffe de projets, chef d equipe, cheffe d equipe,
        chef de produit, cheffe de produit, chef de produits, chef de groupe, responsable de projet,
        responsable projet`,
      es: 'jefe de proyecto, jefa de proyecto, jefe de proyectos, jefa de proyectos, jefe de equipo, jefe de producto',
      it: `capo progetto, capoprogetto, capo area, capoarea, capo turno, capoturno, capo squadra, caposquadra,
        capo reparto, caporeparto, responsabile di progetto, responsabile progetto, responsabile di prodotto`,
      pt: 'chefe de equipe, chefe de equipa, chefe de projeto, lider de equipe',
      nl: 'teamleid*, groepsleid*, projectleid*, *verkoopleid*, ploegleid*',
    },
  },
  {
    value: 'head',
    phrases: {
      en: 'head, chief accountant, chief engineer, chief architect',
      de: 'leiter*, leitung, abteilungsleit*, *leiter, *leiterin, *leitung, ltr, ltg',
      fr: `responsable, resp, chef de service, cheffe de service, chef de departement, cheffe de departement,
        chef du, cheffe du, chef comptable, cheffe comptable, rssi, raf`,
      es: 'jefe, jefa',
      it: 'responsabile, capo ufficio, capoufficio, capo servizio, caposervizio',
      pt: 'responsavel, chefe',
      nl: 'hoofd, afdelingshoofd, *hoofd, bedrijfsleid*, afdelingsleid*',
    },
  },
  {
    value: 'senior',
    phrases: { en: 'senior ~ account executive, senior ~ account manager, senior ~ customer success, sr ~ account' },
  },
  {
    // Managers of customers, of a community or of an office lead nobody, and leads that sales follows up are no leaders.
    value: 'individual',
    phrases: {
      en: `account executive, account manager, customer success manager, client manager, relationship manager,
        community manager, office manager, lead generation, lead gen, lead development`,
      de: 'account managerin, kundenbetreuer*',
      fr: 'charge de comptes, chargee de comptes',
      es: 'gestor de cuentas, gestora de cuentas, ejecutivo de cuentas, ejecutiva de cuentas',
      pt: 'gestor de contas, gestora de contas, gerente de contas, executivo de contas, executiva de contas',
      nl: 'accountmanager*, officemanager*, relatiebeheerder',
    },
  },
  {
    value: 'manager',
    phrases: {
      en: 'manager, mgr, supervisor, team leader, lead',
      de: 'managerin, *manager, *managerin',
      fr: 'gestionnaire, superviseur, superviseuse',
      es: 'gerente, coordinador, coordinadora, encargado, encargada, gestor, gestora, supervisora',
      it: 'coordinatore, coordinatrice, supervisore',
      pt: 'coordenador, coordenadora, encarregado, encarregada, lider',
      nl: 'leidinggevende',
    },
  },
  {
    value: 'senior',
    phrases: {
      en: 'senior, sr, principal, staff, distinguished, fellow, expert, architect',
      de: 'experte, expertin, *architekt, *architektin',
      fr: 'confirme, confirmee, architecte',
      es: 'arquitecto, arquitecta, experto, experta',
      it: 'architetto, esperto, esperta',
      pt: 'arquiteto, arquiteta',
      nl: 'architect, *architect',
    },
  },
  {
    // Employed, and nothing more is said.
    value: 'individual',
    phrases: {
      en: 'employee',
      de: 'mitarbeiter*, angestellte*',
      fr: 'employe, employee',
      es: 'empleado, empleada',
      it: 'impiegato, impiegata, addetto, addetta',
      pt: 'funcionario, funcionaria, colaborador, colaboradora',
      nl: 'medewerker, medewerkster',
    },
  },
];
