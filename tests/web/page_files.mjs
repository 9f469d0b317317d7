// The files of the page; those below docs/ are the API's description.
import { readFileSync, readdirSync, statSync } from 'node:fs';

const root = new URL('../../web/', import.meta.url);
export const read = (name) => readFileSync(new URL(name, root), 'utf8');
export const size = (name) => statSync(new URL(name, root)).size;

export function page_files(folder = '') {
  return readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) => {
    const name = folder + entry.name;
    if (name === 'docs') return [];
    return entry.isDirectory() ? page_files(`${name}/`) : [name];
  });
}
