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

/** Chooses a language by its own name, from whatever page is open, as its reader would. */
export async function chooseLanguage(page, language, name) {
  await page.getByRole('banner').getByRole('link', { name: WORDS[language].language }).click();
  await page.getByRole('main').getByRole('button', { name }).click();
}

/** Signs out from whatever page is open. */
export async function signOut(page, language) {
  await page.getByRole('banner').getByRole('link', { name: WORDS[language].signOut }).click();
  await page.getByRole('main').getByRole('button', { name: WORDS[language].signOut }).click();
  await page.getByRole('banner').getByRole('link', { name: WORDS[language].signIn }).waitFor();
}

/** Saves the choice about cookies on the page that the footer leads to. */
export async function savePreferences(page, language) {
  await page.getByRole('contentinfo').getByRole('link', { name: WORDS[language].manage }).click();
  await page.getByRole('main').getByRole('button', { name: WORDS[language].save }).click();
  await page.locator('#consent-saved').waitFor();
}
