import { createHash } from 'node:crypto'
import { createNames, type Names } from '../names.js'
import { connectInboxFunctionSql } from './connect-inbox-function.js'
import { markReadFunctionSql } from './mark-read-function.js'
import { partitionedSql } from './partitions.js'
import { tablesSql } from './tables.js'
import { upsertFunctionsSql } from './upsert-functions.js'

/** How the tables are laid out. */
export interface Layout {
  /** Hash partitions by account of every account's table; null: plain tables. */
  readonly partitions: number | null
}

/** One step of the schema. A step that was released is never edited: what changes is a further step. */
export interface MigrationStep {
  readonly number: number
  readonly name: string
  statements(names: Names, layout: Layout): readonly string[]
}

export const migrationSteps: readonly MigrationStep[] = [
  { number: 1, name: 'tables', statements: (names, { partitions }) => partitionedSql(names, tablesSql(names), partitions) },
  { number: 2, name: 'functions', statements: functionsSql },
]
export const latestStep = Math.max(...migrationSteps.map(({ number }) => number))

/** The functions, and nobody's to call but the owner's: over an RPC gateway an open one writes into every account. */
function functionsSql(names: Names): readonly string[] {
  const functions = [...upsertFunctionsSql(names), markReadFunctionSql(names), connectInboxFunctionSql(names)]
  return [...functions, ...functions.map((text) => `revoke all on function ${signatureOf(text)} from public`)]
}

/** The name and the parameters, as they stand after `create or replace function`; a quoted name may hold anything. */
function signatureOf(createFunction: string): string {
  const signature = /^create (?:or replace )?function ((?:"[^"]*"|[^"])*?\))\s+(?:returns|language)\s/.exec(createFunction)?.[1]
  if (signature === undefined) throw new TypeError('a function of the schema begins with its signature')
  return signature
}

/**
 * What the ledger keeps of a step's text, of one naming and layout, so that it is the same for every schema and prefix. Line ends don't
 * count: a checkout may have turned them.
 */
export function checksumOf(step: MigrationStep): string {
  const text = step.statements(createNames({}), { partitions: null }).join(';\n').replaceAll('\r\n', '\n')
  return createHash('sha256').update(text).digest('hex')
}
