import { around } from './call-bugs.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

/** The cases of the contract that catch the planted bugs of numbers in other forms. */
const forms = 'knows a number in the form of another provider, and in the other national writing where both inboxes bear it out'
const both = 'takes two writings of a number for two people where one of the inboxes knows both'
const unreachable = 'counts who is known by ids of accounts alone'
const ones = 'makes people one by a number in the form of another provider, and nobody by a national writing'
const meets = 'tells what a move will meet: active conversations on both sides, two contacts, and whoever stays in any case'
const subject = 'previewInboxMove'

const statement = (bug: string, caughtBy: string, replace: string | RegExp, by: string): PostgresMutant => ({
  bug,
  subject,
  caughtBy,
  statements: [{ replace, by }],
  attempts: 1,
})

export const postgresNumberMutants: readonly PostgresMutant[] = [
  statement('a number in another form is another number', forms, "i.head_id, 'number'", 'i.head_id, null'),
  statement('a variant is taken for the same where the source knows both', both, 'from here t)', 'from here t where false)'),
  statement('a person of two there becomes one with the first of them', meets, 'or cardinality(t.heads) > 1', ''),
  statement(
    'two current ids of one kind are one person’s',
    meets,
    /or \(select e->>'kind'[\s\S]*?limit 1\) is not null as stays_apart/,
    'as stays_apart',
  ),
  statement(
    'a closed conversation is in conflict',
    meets,
    "c.contact_inbox_id = k.id and c.status <> 'closed'",
    'c.contact_inbox_id = k.id',
  ),
  statement(
    'a closed conversation there is in conflict',
    meets,
    "d.contact_inbox_id = any (t.heads) and d.status <> 'closed'",
    'd.contact_inbox_id = any (t.heads)',
  ),
  statement(
    'a namesake’s conversation is in no conflict',
    meets,
    'or c.username_key is not null',
    'or false and c.username_key is not null',
  ),
  statement('somebody with a phone number can not be reached', unreachable, "<> 'phone'", "<> ''"),
  {
    bug: 'somebody is moved whose number the destination knows in another form',
    subject,
    caughtBy: forms,
    functions: [{ name: 'move_people', replace: "i.head_id, 'number'", by: 'i.head_id, null' }],
    attempts: 1,
  },
  {
    bug: 'a number in another form makes nobody one',
    subject,
    caughtBy: ones,
    functions: [{ name: 'move_people', replace: /unnest\(i\.customer_id \|\| [^\]]*\]\)/g, by: 'i.customer_id' }],
    attempts: 1,
  },
  {
    bug: 'people move who are known by a national writing alone',
    subject,
    caughtBy: ones,
    functions: [{ name: 'move_people', replace: "k.matched_by <> 'variant'", by: 'k.matched_by is not null' }],
    attempts: 1,
  },
]

export const memoryNumberMutants: readonly MemoryMutant[] = [
  {
    bug: 'a variant is no candidate',
    subject,
    caughtBy: forms,
    ...around('previewInboxMove', async (_input, send) => {
      const preview = await send()
      return { ...preview, known: preview.known.filter(({ matchedBy }) => matchedBy !== 'variant') }
    }),
  },
  {
    bug: 'nobody stays in any case',
    subject,
    caughtBy: meets,
    ...around('previewInboxMove', async (_input, send) => {
      const preview = await send()
      return { ...preview, known: preview.known.map((person) => ({ ...person, staysApart: false })) }
    }),
  },
  {
    bug: 'everybody without a number is reached',
    subject,
    caughtBy: unreachable,
    ...around('previewInboxMove', async (_input, send) => ({ ...(await send()), unreachable: 0 })),
  },
]

/** Changes the ids that are looked for in an inbox. */
const lookingFor = (bug: string, caughtBy: string, isLookedFor: (id: string) => boolean): MongoMutant => ({
  bug,
  subject,
  caughtBy,
  commands: [
    {
      of: 'contact_inboxes',
      by: ['find'],
      change({ filter }) {
        const { customer_id: customer } = filter as { customer_id?: { $in?: readonly string[] } }
        return { filter: customer?.$in === undefined ? filter : { ...filter, customer_id: { $in: customer.$in.filter(isLookedFor) } } }
      },
    },
  ],
})

export const mongoNumberMutants: readonly MongoMutant[] = [
  lookingFor('a number of Twilio is another number', forms, (id) => !id.startsWith('whatsapp:')),
  lookingFor('the variant of a number is not looked for', forms, (id) => !id.endsWith('551187654321')),
  {
    bug: 'everybody without a number is reached',
    subject,
    caughtBy: unreachable,
    commands: [
      {
        of: 'contact_inboxes',
        by: ['find'],
        change({ options }) {
          const { projection = {} } = options as { projection?: Record<string, unknown> }
          return {
            options:
              'identities' in projection
                ? { ...options, projection: Object.fromEntries(Object.entries(projection).filter(([field]) => field !== 'identities')) }
                : options,
          }
        },
      },
    ],
  },
]
