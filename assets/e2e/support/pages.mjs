/** Every page of a portal, by the address a visitor sees. */

/** A dataset of more than 30,000 records that every portal of the charters has. */
export const BIG = 'communes-de-france';

const dataset = (tab) => `/explore/dataset/${BIG}/${tab}/`;

/** Pages that set nothing on anyone. */
export const SILENT_PAGES = {
  home: '/',
  catalogue: '/explore/',
  search: '/explore/?q=communes',
  nothing: '/explore/?q=zzzzzz',
  information: dataset('information'),
  table: dataset('table'),
  map: dataset('map'),
  export: dataset('export'),
  api: dataset('api'),
  charter: '/terms/cookies-policy/',
  history: '/terms/cookies-policy/history/',
  missing: '/explore/dataset/no-such-dataset/',
};

/** Pages that hold a form, and so set the token that protects it. */
export const FORM_PAGES = {
  login: '/login/',
  language: '/i18n/',
  preferences: '/cookies/preferences/',
};

/** Pages that anyone may open. */
export const PUBLIC_PAGES = { ...SILENT_PAGES, ...FORM_PAGES };

/** Pages for those who have signed in. */
export const PRIVATE_PAGES = {
  account: '/account/',
  backoffice: '/backoffice/',
  cookies: '/backoffice/cookies/',
  cookieEntry: '/backoffice/cookies/entries/new/',
  cookieService: '/backoffice/cookies/services/new/matomo/',
  cookieTiles: '/backoffice/cookies/services/new/tiles/',
  cookieWording: '/backoffice/cookies/wording/sessionid/',
  cookieTexts: '/backoffice/cookies/charter/',
  cookieHistory: '/backoffice/cookies/history/',
  audience: '/backoffice/audience/?period=12m',
  quotas: '/backoffice/quotas/',
  consent: '/backoffice/consent/?verify=1',
  logout: '/logout/',
};
