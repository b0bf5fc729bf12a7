import { describe, expect, test } from 'vitest'
import { type Engine, guardCases, guardedHosts, ofMongoAlone } from './guards.js'
import type { Interference } from './interfered.js'

/** Changes the filter of each of these operations, or of the method itself. */
function withFilter(method: string, change: (filter: Record<string, unknown>) => void): Interference {
  return {
    plantArguments(what, given) {
      if (what !== method) return given
      const [first] = given
      const filters = Array.isArray(first)
        ? first.flatMap((each: object) => Object.values(each).map((operation) => Reflect.get(Object(operation), 'filter')))
        : [first]
      for (const filter of filters) change(filter as Record<string, unknown>)
      return given
    },
  }
}

function inText(from: string | RegExp, to: string): Interference {
  return { plant: (text) => text.replaceAll(from, to) }
}

const notPrepared: Interference = {
  plantArguments(_, given) {
    const indexes: unknown = Reflect.get(Object(given[0]), 'indexes')
    if (Array.isArray(indexes)) for (const index of indexes) Reflect.deleteProperty(index, 'prepareUnique')
    return given
  },
}

/** A guard that was left out, and the case that tells. */
const bugs: readonly (readonly [Engine, string, keyof typeof guardCases, Interference])[] = [
  [
    'MongoDB',
    'the write names no missing account',
    'an account that is set between the reading and the writing is kept',
    withFilter('conversations bulkWrite', (filter) => delete filter.accountId),
  ],
  [
    'MongoDB',
    'the write names no inbox',
    'a conversation that moves to another inbox between the two does not get the account of the first',
    withFilter('conversations bulkWrite', (filter) => delete filter.oa_id),
  ],
  [
    'MongoDB',
    'a document is deleted whatever it is by now',
    'an orphan that gets an account before it is taken away stays',
    withFilter('conversations bulkWrite', (filter) => delete filter.$expr),
  ],
  [
    'MongoDB',
    'orphans are read anew without their inbox',
    'an orphan whose inbox is one with an integration before it is taken away stays',
    withFilter('conversations find', (filter) => delete filter.oa_id),
  ],
  [
    'MongoDB',
    'a state is saved under any token',
    'a process whose lease was taken over saves nothing',
    withFilter('conversation_store_adoption updateOne', (filter) => delete filter.token),
  ],
  [
    'MongoDB',
    'a page begins above the last id, by its type',
    'ids of every type are gone over',
    withFilter('conversations find', (filter) => {
      const [, { $expr } = {}] = (filter.$and ?? []) as { $expr?: { $and: { $gt?: [string, { $literal: unknown }] }[] } }[]
      const after = $expr?.$and[0]?.$gt?.[1].$literal
      if (after !== undefined) filter._id = { $gt: after }
    }),
  ],
  ['MongoDB', 'the index is not prepared', 'no double comes beside those that are being merged', notPrepared],
  ['MongoDB', 'the index is prepared late', 'no double comes from the first statement of a swap on', notPrepared],
  [
    'PostgreSQL',
    'there is no trigger',
    'no double comes from the first statement of a swap on',
    { plant: (text) => (text.startsWith('create trigger') ? 'select 1' : text) },
  ],
  [
    'PostgreSQL',
    'rows with an account are taken too',
    'an account that was set before is kept',
    inText(/c\."account_id" is null/g, 'true'),
  ],
  [
    'PostgreSQL',
    'an orphan is taken away whatever it has by now',
    'an orphan that gets an account before it is taken away stays',
    inText(' and c."account_id" is null and c."oa_id"::text is not distinct from r.oa', ''),
  ],
  [
    'PostgreSQL',
    'an orphan is taken away whatever its inbox is by now',
    'an orphan whose inbox is one with an integration before it is taken away stays',
    inText(' and c."oa_id"::text is not distinct from r.oa', ''),
  ],
  [
    'PostgreSQL',
    'a state is saved under any token',
    'a process whose lease was taken over saves nothing',
    inText('and token = $2::text::bigint and holder is not null returning 1', 'and $2::text is not null returning 1'),
  ],
  [
    'PostgreSQL',
    'an old index counts as whole whatever its condition is',
    'an old index over some rows alone is not taken for one over all',
    inText('i.whole and i.columns', 'i.columns'),
  ],
  [
    'PostgreSQL',
    'the trigger warns alone',
    'no double comes beside those that are being merged',
    inText('raise unique_violation using message', 'raise notice using message'),
  ],
  [
    'PostgreSQL',
    'a message is not looked for in the kept conversation',
    'a message that the kept conversation has is kept once',
    inText(/or exists \(select from .*? k where .*?\) as conversation_store_double/g, 'as conversation_store_double'),
  ],
]

describe.each(['MongoDB', 'PostgreSQL'] as const)('a guard on %s:', (engine) => {
  const cases = Object.entries(guardCases).filter(([name]) => engine === 'MongoDB' || !ofMongoAlone.has(name))
  test.each(cases)('%s', async (_, run) => {
    await run(await guardedHosts[engine](), {})
  })
})

describe('a planted bug is found', () => {
  test.each(bugs)('on %s: %s', async (engine, _, name, plant) => {
    const host = await guardedHosts[engine]()
    await expect(guardCases[name](host, plant)).rejects.toThrow()
  })
})
