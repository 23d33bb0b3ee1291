/** Every page of a portal, by the address a visitor sees. */

/** A dataset of more than 30,000 records that every portal of the charters has. */
export const BIG = 'communes-de-france';

const dataset = (tab) => `/explore/dataset/${BIG}/${tab}/`;

/** Pages that anyone may open. */
export const PUBLIC_PAGES = {
  home: '/',
  catalogue: '/explore/',
  search: '/explore/?q=communes',
  information: dataset('information'),
  table: dataset('table'),
  map: dataset('map'),
  export: dataset('export'),
  api: dataset('api'),
  charter: '/terms/cookies-policy/',
  login: '/login/',
  missing: '/explore/dataset/no-such-dataset/',
};

/** Pages that set nothing: all the public ones but the one with a form that needs a token. */
export const SILENT_PAGES = Object.fromEntries(Object.entries(PUBLIC_PAGES).filter(([name]) => name !== 'login'));

/** Pages for those who have signed in. */
export const PRIVATE_PAGES = {
  account: '/account/',
  backoffice: '/backoffice/',
};
