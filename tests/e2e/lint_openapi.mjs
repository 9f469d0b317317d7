// Reads an OpenAPI document from the standard input and prints what redocly's recommended
// rules find; argument: the folder that holds its packages.
import { createRequire } from 'node:module';
import fs from 'node:fs';

const require = createRequire(process.argv[2] + '/');
const { createConfig, lintFromString } = require('@redocly/openapi-core');
const config = await createConfig({ extends: ['recommended'], rules: { 'info-license': 'off' } });
const found = await lintFromString({ source: fs.readFileSync(0, 'utf8'),
                                     absoluteRef: 'openapi.json', config });
for (const f of found) console.log(f.severity, f.ruleId, f.location[0].pointer, f.message);
process.exit(found.length ? 1 : 0);
