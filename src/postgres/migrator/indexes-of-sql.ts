import { changedIds, indexesInForce } from '../../migrator/kernel/indexes-in-force.js'
import { storeOwner } from '../../migrator/kernel/migration.js'
import { changesOf } from './declared-indexes.js'
import type { RunnablePostgresMigration } from './migration.js'
import { statementsOf } from './runnable.js'
import { sqlContext } from './sql-context.js'
import type { TargetSettings } from './target-settings.js'

/**
 * Tells of an index that no migration declares whether the SQL or the code of one may have made it, so that nobody
 * drops it. It goes by the words of the text: those that name the index, and those that make an index of its table to
 * which the server gives a name. What a migration retires by name is not among them.
 */
export function indexesOfSql(settings: TargetSettings): (index: { readonly table: string; readonly name: string }) => boolean {
  const texts = settings.migrations.filter(({ owner }) => owner !== storeOwner).map((each) => textOf(settings, each))
  // A text in quotes may be a name, or a statement in the code of a migration.
  const words = new Set(texts.flatMap((text) => [...(text.match(quotedPattern) ?? []), ...(text.match(barePattern) ?? [])]).map(unquoted))
  const unnamed = new Set(texts.flatMap((text) => [...text.matchAll(unnamedPattern)].map(([, table = '']) => unquoted(table))))
  const changes = settings.migrations.map((each) => changesOf(settings, each))
  const inForce = indexesInForce(changes)
  const retired = new Set([...changedIds(changes)].filter((name) => !inForce.has(name)))
  return ({ table, name }) => !retired.has(name) && (words.has(name) || (unnamed.has(table) && /_(idx|key)\d*$/.test(name)))
}

const quotedPattern = /"(?:[^"]|"")*"/g
const barePattern = /[\w$\u0080-\uffff]+/g
const unnamedPattern =
  /\bcreate\s+(?:unique\s+)?index\s+(?:concurrently\s+)?on\s+(?:only\s+)?(?:(?:"(?:[^"]|"")*"|[\w$]+)\s*\.\s*)?("(?:[^"]|"")*"|[\w$\u0080-\uffff]+)/gi

function textOf(settings: TargetSettings, { definition }: RunnablePostgresMigration): string {
  const statements = definition.steps.flatMap((step) => statementsOf(step, sqlContext(settings)))
  return [...statements, ...(definition.up === undefined ? [] : [String(definition.up)])].join('\n')
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase()
}
