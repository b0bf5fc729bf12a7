import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expectedSchemaSource } from '../test/postgres/expected-schema-source.js'

// Run it after a change of the schema: npx tsx scripts/write-expected-schema.ts
await writeFile(fileURLToPath(new URL('../src/postgres/migrations/expected-schema.ts', import.meta.url)), await expectedSchemaSource())
