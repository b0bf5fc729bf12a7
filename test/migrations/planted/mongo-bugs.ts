import { allAreInForce, type Bug, firstWins, retiredIsDeclared } from './bugs.js'
import type { mongoGuards } from './mongo-guards.js'
import { changes } from './plant.js'

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
    'the message is told as it repeats itself',
    'how far an index is, is told as the server tells it',
    changes(`${mongo}/watch-builds.ts`, '(.+?)(?: Index Build: .*)?$', '(.+)$'),
  ],
  [
    'what is done is left out',
    'how far an index is, is told as the server tells it',
    changes(`${mongo}/watch-builds.ts`, "number('total') > 0", 'false'),
  ],
  [
    'the builds of other databases are told',
    'how far an index is, is told as the server tells it',
    changes(`${mongo}/watch-builds.ts`, "'command.$db': databaseOf(db), ", ''),
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
