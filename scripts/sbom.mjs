/**
 * `npm run sbom`: what of others is in the files of dist/, which npm cannot know, for they are bundled.
 *
 *  - dist/sbom.cdx.json: each package with its version and licence, as CycloneDX;
 *  - dist/THIRD-PARTY-LICENSES.txt: the same packages with the texts of their licences.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const top = path.resolve(import.meta.dirname, '..');
const sbom = path.join(top, 'dist/sbom.cdx.json');
const licences = path.join(top, 'dist/THIRD-PARTY-LICENSES.txt');

/**
 * @typedef {{ license?: { id?: string, name?: string, text?: { content: string, encoding?: string } }, expression?: string }} Licence
 * @typedef {{ group?: string, name: string, version: string, licenses?: Licence[], evidence?: { licenses?: Licence[] } }} Component
 */

// A build takes the place of the whole folder: what is there belongs to this one. This is written last.
if (!existsSync(licences) && !makeSbom()) process.exitCode = 1;

/** @returns {boolean} whether it was made; the tool has said why not */
function makeSbom() {
  if (!runGenerator()) return false;
  const bom = /** @type {{ components: Component[] }} */ (JSON.parse(readFileSync(sbom, 'utf8')));
  // The texts are two thirds of it, and stand in the other file.
  const components = bom.components.map((component) => ({ ...component, evidence: undefined }));
  writeFileSync(sbom, `${JSON.stringify({ ...bom, components }, null, 2)}\n`);
  writeFileSync(licences, bom.components.map(chapter).join(`\n${'-'.repeat(78)}\n\n`));
  return true;
}

function runGenerator() {
  const plugin = fileURLToPath(import.meta.resolve('@cyclonedx/cyclonedx-esbuild'));
  const program = path.resolve(plugin, '../../bin/cyclonedx-esbuild-cli.js');
  const options = ['--gather-license-texts', '--output-reproducible', '--output-file', sbom];
  const args = [program, ...options, 'dist/metafile.json'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: top, encoding: 'utf8' });
  if (status === 0) return true;
  process.stderr.write(stderr);
  rmSync(sbom, { force: true });
  return false;
}

/** @param {Component} component */
function chapter({ group, name, version, licenses = [], evidence }) {
  const full = group === undefined ? name : `${group}/${name}`;
  const declared = licenses.map(
    ({ license, expression }) => expression ?? license?.id ?? license?.name,
  );
  const texts = evidence?.licenses?.map(text) ?? [];
  const told = texts.length > 0 ? texts : ['The package brings no text of it.\n'];
  return [`${full} ${version}`, `Licence: ${declared.join(', ')}\n`, ...told].join('\n');
}

/** @param {Licence} licence */
function text({ license }) {
  const { content = '', encoding } = license?.text ?? {};
  const plain = encoding === 'base64' ? Buffer.from(content, 'base64').toString('utf8') : content;
  return `${plain.replaceAll('\r\n', '\n').trim()}\n`;
}
