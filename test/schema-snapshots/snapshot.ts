import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { StepDigests } from './step-digests.js'
import type { SnapshotFacts } from './write-data.js'

/**
 * What a release left in a database, beside that release's name: its schema and data of its own writing. A later
 * version loads it without the code of that release, and upgrades it.
 */
export interface Snapshot {
  /** The version that wrote it. */
  readonly version: string
  /** The number of its schema on each engine. */
  readonly schema: { readonly postgres: number; readonly mongo: number }
  /** The digests of the numbered steps of that release. */
  readonly steps: StepDigests
  /** What the release read of its data. */
  readonly reading: unknown
  /** What a test needs to know of the data to go on writing. */
  readonly facts: SnapshotFacts
  readonly postgres: {
    /** The schema with the functions and the ledger, for the schema `public`. */
    readonly schema: string
    /** The rows of each table, as JSON. */
    readonly rows: string
  }
  /** The collections with their indexes and documents, the ledger among them, as extended JSON. */
  readonly mongo: string
}

const folder = fileURLToPath(new URL('./fixtures/', import.meta.url))

export function snapshotVersions(): readonly string[] {
  return readdirSync(folder).sort(new Intl.Collator('en', { numeric: true }).compare)
}

export function readSnapshot(version: string): Snapshot {
  const text = (name: string) => readFileSync(`${folder}${version}/${name}`, 'utf8')
  return {
    version,
    ...(JSON.parse(text('expected.json')) as Pick<Snapshot, 'schema' | 'steps' | 'reading' | 'facts'>),
    postgres: { schema: text('postgres.sql'), rows: text('postgres.json') },
    mongo: text('mongo.json'),
  }
}

/** Writes a snapshot. A released one never changes, so it throws where there is one of that version. */
export function writeSnapshot({ version, schema, steps, facts, reading, postgres, mongo }: Snapshot): void {
  const made = `${folder}${version}/`
  if (existsSync(made)) throw new Error(`${made} is there already. A snapshot of a released version never changes.`)
  mkdirSync(made, { recursive: true })
  writeFileSync(`${made}expected.json`, `${JSON.stringify({ schema, steps, facts, reading }, null, 2)}\n`)
  writeFileSync(`${made}postgres.sql`, postgres.schema)
  writeFileSync(`${made}postgres.json`, `${postgres.rows}\n`)
  writeFileSync(`${made}mongo.json`, `${mongo}\n`)
}
