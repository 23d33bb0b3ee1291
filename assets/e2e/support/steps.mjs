/** Steps that several journeys take, done as a visitor would: by the names that are on the page. */
import { WORDS } from './words.mjs';

/** Signs the administrator of a portal in, from wherever the page is. */
export async function signIn(page, demo, portal, language) {
  const words = WORDS[language];
  await page.goto(demo.url(portal, '/login/'));
  await page.getByLabel(words.email).fill(demo.admin(portal));
  await page.getByLabel(words.password).fill(demo.password);
  await page.getByRole('main').getByRole('button', { name: words.signIn }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/login/'));
}
