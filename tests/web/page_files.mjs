// The files of the page; those below docs/ are the API's description.
import { readFileSync, readdirSync, statSync } from 'node:fs';

const root = new URL('../../web/', import.meta.url);
export const read = (name) => readFileSync(new URL(name, root), 'utf8');
/** Bytes of what is sent of a file: cmake/embed_files.cmake. */
export const size = (name) => (/\.(js|css)$/.test(name) ? Buffer.byteLength(read(name).replace(/^[ \t]+/gm, '').replace(/^\/\/.*$/gm, '')) : statSync(new URL(name, root)).size);

export function page_files(folder = '') {
  return readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) => {
    const name = folder + entry.name;
    if (name === 'docs') return [];
    return entry.isDirectory() ? page_files(`${name}/`) : [name];
  });
}
