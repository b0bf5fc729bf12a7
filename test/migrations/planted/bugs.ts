import type { mongoGuards } from './mongo-guards.js'
import type { PlantedBug } from './plant.js'
import type { postgresGuards } from './postgres-guards.js'

type Bug<Guards> = readonly [what: string, caughtBy: keyof Guards, bug: PlantedBug]

const changes = (file: string, replace: string, by: string): PlantedBug => ({ file, replace, by })
const inForce = 'migrator/kernel/indexes-in-force.ts'

const firstWins = changes(inForce, 'inForce.set(id, index)', 'if (!inForce.has(id)) inForce.set(id, index)')
const retiredIsDeclared = changes(inForce, 'for (const id of drops) inForce.delete(id)', '')
const allAreInForce = changes(inForce, 'inForce.set(id, index)', 'inForce.set(id + inForce.size, index)')

const postgres = 'postgres/migrator'

export const postgresBugs: readonly Bug<typeof postgresGuards>[] = [
  ['the first declaration wins', 'two declarations of a name do not take turns', firstWins],
  ['every declaration is in force', 'two declarations of a name do not take turns', allAreInForce],
  ['what is retired stays declared', 'a sync leaves a retired index retired', retiredIsDeclared],
  [
    'the catalog is not asked about the index of a partition',
    'a write that the index of a partition refuses names it',
    changes('postgres/schema/explain-unique-violation.ts', 'if (isRoot) return null', 'return null'),
  ],
  [
    'a share counts as the index of its partition',
    'a write that the share of an index refuses names the index',
    changes('postgres/schema/explain-unique-violation.ts', 'order by above.height desc limit 1', 'order by above.height limit 1'),
  ],
  [
    'indexes of partitions are not listed',
    'checkSchema lists the index of a partition, and no shares',
    changes('postgres/schema/catalog.ts', 'where parts.oid <> parts.root and', 'where false and'),
  ],
  [
    'shares are listed',
    'checkSchema lists the index of a partition, and no shares',
    changes('postgres/schema/catalog.ts', 'where share.inhrelid = index.indexrelid)', 'where false)'),
  ],
  [
    'an index is made although a later migration changes it',
    'an index that a later migration changes is not made first as it was',
    changes(`${postgres}/change-indexes.ts`, 'if (left.has(index.name)) return', ''),
  ],
  [
    'a changed index is built beside what has its name',
    'the last declaration of a name wins',
    changes(`${postgres}/change-indexes.ts`, 'if (before.has(index.name)) await setIndex(run, index)\n  else ', ''),
  ],
  [
    'nothing is dropped that is retired',
    'a retired index is gone',
    changes(`${postgres}/change-indexes.ts`, '  if (live === undefined) return\n  if (live.required)', '  return\n  if (live.required)'),
  ],
  [
    'the constraint is left to the server',
    'an index on which a constraint rests is not retired, by name',
    changes(`${postgres}/change-indexes.ts`, 'if (live.required) throw', 'if (false) throw'),
  ],
  [
    '`down` drops a changed index',
    '`down` puts back what a migration changed',
    changes(`${postgres}/change-indexes.ts`, 'if (former !== undefined) return setIndex(run, former)', ''),
  ],
  [
    'the old index is dropped first',
    'an index is replaced without a moment in which there is none',
    changes(
      `${postgres}/indexes/sync-indexes.ts`,
      '  await buildIndex(session, schema, next, terms)\n  await dropIndex(session, schema, old, terms)',
      '  await dropIndex(session, schema, old, terms)\n  await buildIndex(session, schema, next, terms)',
    ),
  ],
  [
    'the words of a migration are not looked at',
    'a prune keeps what the SQL of a migration made',
    changes(`${postgres}/indexes-of-sql.ts`, '(words.has(name) || ', '(false || '),
  ],
  ...(
    ['a condition that the server writes otherwise is recognised', 'an expression that the server writes otherwise is recognised'] as const
  ).map(
    (caughtBy): Bug<typeof postgresGuards> => [
      'the server is not asked for its form',
      caughtBy,
      changes(`${postgres}/indexes/index-differences.ts`, 'return output.length === expressions.length &&', 'return false &&'),
    ],
  ),
  [
    'the server is asked with all partitions',
    'an expression of a table with partitions is recognised',
    changes(`${postgres}/indexes/index-differences.ts`, 'from only $', 'from $'),
  ],
  [
    'a constant condition differs from none',
    'a condition that is always true is recognised',
    changes(`${postgres}/indexes/index-differences.ts`, "live.where ?? 'true'", "live.where ?? 'none'"),
  ],
  [
    'the class of operators is compared as it is printed',
    'the default class of operators is recognised',
    changes(
      `${postgres}/indexes/index-differences.ts`,
      'declared.operatorClass === operatorClass',
      'declared.operatorClass === found.operatorClass',
    ),
  ],
  [
    'the collation is compared as it is printed',
    'the collation of a column is recognised',
    changes(`${postgres}/indexes/index-differences.ts`, 'declared.collation === collation', 'declared.collation === found.collation'),
  ],
  [
    'quotes around a name count',
    'a name that the server quotes is recognised',
    changes(`${postgres}/indexes/index-text.ts`, 'return /^"[a-z_][a-z0-9_]*"$/.test(token) ? token.slice(1, -1) : token', 'return token'),
  ],
  [
    'the order of the columns beside the key counts',
    'columns beside the key have no order',
    changes(`${postgres}/indexes/index-definition.ts`, '.map(canonicalText).sort()', '.map((each) => each)'),
  ],
  [
    'the server is left to say what it does not have',
    'an index that the server is too old for is refused by its name',
    changes(`${postgres}/indexes/build-index.ts`, 'await requireServer(session, index)', ''),
  ],
  [
    'a condition is not compared',
    'an index that differs is not taken for the declared one',
    changes(
      `${postgres}/indexes/index-differences.ts`,
      'if (where === undefined) return live.where === null',
      'if (where === undefined) return true',
    ),
  ],
]

const mongo = 'mongo/migrator'

export const mongoBugs: readonly Bug<typeof mongoGuards>[] = [
  ['the first declaration wins', 'the last declaration of a name wins', firstWins],
  ['every declaration is in force', 'two declarations of a name do not take turns', allAreInForce],
  ['what is retired stays declared', 'a retired index is gone', retiredIsDeclared],
  [
    'what is retired stays declared for a sync',
    'a sync leaves a retired index retired',
    changes(
      `${mongo}/declared-indexes.ts`,
      'return [...indexesInForce(inOrderOfRunning(migrations).map(changesOf)).values()]',
      'return [...indexesInForce(inOrderOfRunning(migrations).map((each) => ({ ...changesOf(each), drops: [] }))).values()]',
    ),
  ],
  [
    'a changed index is built beside what has its name',
    'the last declaration of a name wins',
    changes(`${mongo}/declared-indexes.ts`, '.filter((name) => own.has(name))', '.filter(() => false)'),
  ],
  [
    'an index is made although a later migration changes it',
    'an index that a later migration changes is not made first as it was',
    changes(`${mongo}/indexes-of-step.ts`, '.filter(({ options }) => !place.left.has(options.name))', ''),
  ],
  [
    'nothing is dropped that is retired',
    'a retired index is gone',
    changes(`${mongo}/indexes/retire-indexes.ts`, 'await runIndexCommand(db, command)', ''),
  ],
  [
    '`down` leaves a changed index as it is',
    '`down` puts back what a migration changed',
    changes(`${mongo}/drop-made.ts`, 'if (options.names.size > 0) await syncIndexes', 'if (false) await syncIndexes'),
  ],
  [
    'the old index is dropped first',
    'an index is replaced without a moment in which there is none',
    changes(
      `${mongo}/indexes/plan-collection.ts`,
      "return plan('replace', [{ do: 'create', index }, { do: 'verify', index }, ...drops(declared, former)], building)",
      "return plan('replace', [...drops(declared, former), { do: 'create', index }, { do: 'verify', index }], building)",
    ),
  ],
  [
    'the words of a migration are not looked at',
    'a prune keeps what the code of a migration made',
    changes(`${mongo}/indexes-of-code.ts`, '(words.has(name) || ', '(false || '),
  ],
  [
    'the server is not asked for its collation',
    'the defaults of a locale are recognised',
    changes(`${mongo}/indexes/server-collations.ts`, '? (full as Doc) : collation', '? collation : collation'),
  ],
  [
    'the fraction of a time counts',
    'a time with a fraction is recognised',
    changes(`${mongo}/indexes/index-form.ts`, 'Math.trunc(seconds) + 0', 'seconds'),
  ],
  [
    'a number is not taken for true',
    'a number is taken for true',
    changes(`${mongo}/indexes/condition-form.ts`, "if (operator === '$exists')", 'if (false)'),
  ],
  [
    'the number of a type is not its name',
    'the number of a type is taken for its name',
    changes(`${mongo}/indexes/condition-form.ts`, '(typeNames[number] ?? String(number))', 'String(number)'),
  ],
  [
    'a text index is compared as it is declared',
    'the fields of a text index are recognised',
    changes(`${mongo}/indexes/text-index.ts`, 'if (texts.length === 0)', 'if (true)'),
  ],
  [
    'what is unique is not compared',
    'an index with other options is not taken for the declared one',
    changes(
      `${mongo}/indexes/index-form.ts`,
      "if (switches.has(field)) put(field, isTrue(value) ? 'true' : null, 'true')",
      'if (switches.has(field)) continue',
    ),
  ],
  [
    'nobody looks before the first change',
    'migrate() refuses the collection of somebody else before it makes anything',
    changes(`${mongo}/require-free.ts`, 'if (taken.length > 0) throw', 'if (false) throw'),
  ],
  [
    'a dry run does not look',
    'a dry run tells the collection of somebody else',
    changes(`${mongo}/target.ts`, 'taken.includes(prefixOf(db) + migration.collection)', 'false'),
  ],
  [
    'the preview of a sync does not look',
    'a sync makes no index over the documents of somebody else',
    changes(`${mongo}/target.ts`, 'await requireFree(db, migrations, await readLedger(ledger))', ''),
  ],
  [
    'a sync does not look',
    'a sync makes no index over the documents of somebody else',
    changes(`${mongo}/locked-target.ts`, '        await requireFreeOnce()\n        return syncIndexes(', '        return syncIndexes('),
  ],
  [
    'an empty collection counts too',
    'a collection without documents is no obstacle',
    changes(`${mongo}/require-free.ts`, 'return first === null ? [] : [prefixOf(db) + name]', 'return [prefixOf(db) + name]'),
  ],
  [
    'what the store made counts too',
    'the store’s own documents are no obstacle to its next version',
    changes(`${mongo}/require-free.ts`, '.filter((name) => !made.has(name))', ''),
  ],
]
