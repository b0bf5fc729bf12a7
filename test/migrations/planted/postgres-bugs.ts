import { allAreInForce, type Bug, firstWins, retiredIsDeclared } from './bugs.js'
import { changes } from './plant.js'
import type { postgresGuards } from './postgres-guards.js'

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
    'no build is found at the server',
    'how far an index is, is told as the server tells it',
    changes(`${postgres}/watch-builds.ts`, 'build.phase is not null', 'build.phase is null'),
  ],
  [
    'the number of what is waited for is left out',
    'how far an index is, is told as the server tells it',
    changes(`${postgres}/watch-builds.ts`, 'build.tuples_total else build.lockers_total end', 'build.tuples_total else 0 end'),
  ],
  [
    'a pool is asked that has no connection left',
    'nobody waits for a connection to tell how far an index is',
    changes(`${postgres}/watch-builds.ts`, 'if (!hasRoom(driver)) return null', ''),
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
