import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { guardedImportHosts, importGuards, type PlantedBug } from './import-guards.js'
import type { ImportHost } from './import-hosts.js'

type Guard = keyof typeof importGuards

function inText(from: string, to: string): PlantedBug {
  return { plant: (text) => text.replaceAll(from, to) }
}

function inArguments(method: string, change: (first: Record<string, unknown> & unknown[]) => void): PlantedBug {
  return {
    plantArguments(what, given) {
      if (what === method) change(given[0] as Record<string, unknown> & unknown[])
      return given
    },
  }
}

const events = (item: Record<string, unknown>) => item.events as Record<string, unknown>[]

/** Bugs of what is asked of the store, which is the same whatever the host's database is. */
const ofItems: readonly (readonly [string, Guard, PlantedBug['plantItem']])[] = [
  [
    'a message gets a new local id each time',
    'a message that its channel gave no id is known when it comes again',
    (item) => {
      for (const event of events(item)) if ('localId' in event) event.localId = randomUUID()
    },
  ],
  [
    'what stands in for messages gets a new id each time',
    'a conversation without messages is known when it comes again, and is as old as it was',
    (item) => {
      for (const event of events(item)) if ('eventId' in event) event.eventId = randomUUID()
    },
  ],
  [
    'what stands in for messages has no time',
    'a conversation without messages is known when it comes again, and is as old as it was',
    (item) => {
      for (const event of events(item)) if (event.type === 'postback') delete event.occurredAt
    },
  ],
  [
    'it is no history',
    'what is imported calls for nobody',
    (item) => {
      for (const name of ['history', 'opens', 'markUnread']) delete item[name]
    },
  ],
  ['everything is read', 'so many of the last messages are unread as nobody had read', (item) => delete item.markUnread],
  [
    'everything is unread',
    'so many of the last messages are unread as nobody had read',
    (item) => {
      item.markUnread = true
    },
  ],
  [
    'the first part closes it',
    'a closed conversation that comes in parts is closed when its last message came',
    (item) => {
      item.events = events(item).filter(({ type }) => type === 'message')
    },
  ],
  ['every conversation is open', 'a closed conversation is closed when its last message came', (item) => delete item.opens],
]

/** Bugs of what is asked of the host's database. */
const bugs: readonly (readonly ['MongoDB' | 'PostgreSQL', string, Guard, PlantedBug])[] = [
  [
    'PostgreSQL',
    'a customer has the rows of the page alone',
    'rows of a customer that lie far apart are one conversation, as active as one of them',
    {
      plant: (text) =>
        text.replace(
          /whole as \([\s\S]*?\)\nselect json_build_object\('rows'/,
          "whole as (select c.* from page c)\nselect json_build_object('rows'",
        ),
    },
  ],
  [
    'PostgreSQL',
    'a state is saved under any token',
    'a process whose lease was taken over saves nothing',
    inText('and token = $2::text::bigint and holder is not null returning 1', 'and $2::text is not null returning 1'),
  ],
  [
    'PostgreSQL',
    'a message without its conversation is passed over',
    'a message whose conversation is gone is written out',
    inText('not exists (select from', 'not true and exists (select from'),
  ],
  [
    'PostgreSQL',
    'rejections stay',
    'what was rejected is no more once it can be read',
    { plant: (text) => (text.startsWith('with gone as (delete') ? text.replace('where from_table', 'where false and from_table') : text) },
  ],
  [
    'MongoDB',
    'a customer has the rows of the page alone',
    'rows of a customer that lie far apart are one conversation, as active as one of them',
    inArguments('chats find', (filter) => {
      if (JSON.stringify(filter).includes('$in')) filter._id = { $exists: false }
    }),
  ],
  [
    'MongoDB',
    'a state is saved under any token',
    'a process whose lease was taken over saves nothing',
    inArguments('conversation_store_adoption updateOne', (filter) => delete filter.token),
  ],
  [
    'MongoDB',
    'a message without its conversation is passed over',
    'a message whose conversation is gone is written out',
    inArguments('lines aggregate', (pipeline) => {
      if (JSON.stringify(pipeline).includes('$lookup')) pipeline.splice(0, 1, { $match: { _id: { $exists: false } } })
    }),
  ],
  [
    'MongoDB',
    'rejections stay',
    'what was rejected is no more once it can be read',
    inArguments('conversation_store_rejected deleteMany', (filter) => Object.assign(filter, { _id: null })),
  ],
]

const begun = async (engine: string): Promise<ImportHost> => {
  const open = guardedImportHosts.get(engine)
  if (open === undefined) throw new Error(`there is no host on ${engine}`)
  return open()
}

describe.each(['MongoDB', 'PostgreSQL'] as const)('a guard of the import from %s:', (engine) => {
  test.each(Object.entries(importGuards))('%s', async (_, run) => run(await begun(engine), {}))
})

describe('a bug that is planted in the import is found', () => {
  const all = [
    ...bugs,
    ...(['MongoDB', 'PostgreSQL'] as const).flatMap((engine) =>
      ofItems.map(([what, guard, plantItem]) => [engine, what, guard, plantItem === undefined ? {} : { plantItem }] as const),
    ),
  ]
  test.each(all)('from %s: %s', async (engine, _, guard, plant) => {
    await expect(importGuards[guard](await begun(engine), plant)).rejects.toThrow()
  })
})
