/**
 * Verifies an export of Parvis's consent records without Parvis: node verify-consent.mjs EXPORT.json [PUBLIC_KEY]
 *
 * Needs nothing but Node.js 20. It shares no code with Parvis and is written from the description in privacy.md: each
 * record's compact JSON is hashed and must be what the next record states; each day's last hash must be signed. It says
 * that something is wrong and where the chain first breaks; `parvis consent verify --file` says more about what happened.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');

/** An Ed25519 key from its 64 hexadecimal digits: the digits behind the fixed beginning of RFC 8410. */
function publicKey(hex) {
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error('the public key is not 64 hexadecimal digits');
  return createPublicKey({ key: Buffer.from(`302a300506032b6570032100${hex}`, 'hex'), format: 'der', type: 'spki' });
}

/** What is wrong with an export, as sentences; none if it verifies. */
export function faults(document, key = document.public_key) {
  const found = [];
  const trusted = publicKey(key);
  const holds = ({ statement, signature }, type) =>
    statement.type === type &&
    statement.portal === document.portal &&
    verify(null, Buffer.from(JSON.stringify(statement)), trusted, Buffer.from(signature, 'hex'));

  if (document.format !== 'parvis-consent/1') return [`the format is ${document.format}`];
  let [seq, hash] = [0, '0'.repeat(64)];
  if (document.checkpoint !== null) {
    if (!holds(document.checkpoint, 'parvis-consent-checkpoint')) found.push('the checkpoint has a wrong signature');
    ({ seq, hash } = document.checkpoint.statement);
  }
  const heads = new Map();
  for (const head of document.heads) {
    if (holds(head, 'parvis-consent-head')) heads.set(head.statement.seq, head.statement);
    else found.push(`the head of ${head.statement.day} has a wrong signature`);
  }
  for (const record of document.records) {
    if (record === null || typeof record !== 'object') return [...found, `what follows record ${seq} is no record`];
    if (record.portal !== document.portal) found.push(`record ${record.seq} is of another portal`);
    if (record.seq !== seq + 1) found.push(`record ${record.seq} follows record ${seq}`);
    if (record.previous !== hash) found.push(`record ${record.seq} does not state the hash of the record before it`);
    [seq, hash] = [record.seq, sha256(JSON.stringify(record))];
    const head = heads.get(seq);
    if (head !== undefined && head.hash !== hash) found.push(`record ${seq} is not the one signed on ${head.day}`);
  }
  const last = Math.max(document.checkpoint?.statement.seq ?? 0, ...heads.keys());
  if (seq !== last) found.push(`the last record is ${seq}, the last signature is of record ${last}`);
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [file, key] = process.argv.slice(2);
  if (file === undefined) {
    console.error('usage: node verify-consent.mjs EXPORT.json [PUBLIC_KEY]');
    process.exit(2);
  }
  const document = JSON.parse(readFileSync(file, 'utf8'));
  if (key === undefined) console.error(`note: checked with the key that the file names, ${document.public_key}`);
  const found = faults(document, key);
  for (const fault of found) console.log(`WRONG  ${fault}`);
  console.log(found.length === 0 ? `${document.records.length} records verify` : 'the export does not verify');
  process.exitCode = found.length === 0 ? 0 : 1;
}
