import { around } from './call-bugs.js'
import { without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import { inFunction, inStatement, type PostgresMutant } from './mutated-postgres.js'

/** The cases of the contract that catch the planted bugs of numbers in other forms. */
const forms = 'knows a number in the form of another provider, and in the other national writing where both inboxes bear it out'
const both = 'takes two writings of a number for two people where one of the inboxes knows both'
const unreachable = 'counts who is known by ids of accounts alone'
const ones = 'makes people one by a number in the form of another provider, and nobody by a national writing'
const meets = 'tells what a move will meet: active conversations on both sides, two contacts, and whoever stays in any case'
const oneNumber = 'makes people one whose number both inboxes know as a phone, answers the form of the destination, and parts them again'
const taken = 'takes what comes by a moved number in the form of the destination as its person’s, who is answered by it'
const two = 'takes two forms of a number for two people where nobody was moved, or where two people have it'
const batches = 'leaves the same people whatever batches they come in'
const subject = 'previewInboxMove'

const moving = (bug: string, caughtBy: string, name: string, replace: string | RegExp, by: string): PostgresMutant =>
  inFunction(1)(bug, 'moveInboxBatch', caughtBy, name, replace, by)

const statement = (bug: string, caughtBy: string, replace: string | RegExp, by: string): PostgresMutant =>
  inStatement(1)(bug, subject, caughtBy, replace, by)

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
  moving(
    'two forms of a phone are two phones',
    oneNumber,
    'move_people',
    /count\(distinct case when[\s\S]*? end\) > 1/,
    "count(distinct e->>'id') > 1",
  ),
  moving('the form of the source is current beside that of the destination', oneNumber, 'link_heads', 'form.id is null or', 'true or'),
  moving('somebody who is parted keeps a former number', oneNumber, 'part_people', "|| jsonb_build_object('former_since', null)", ''),
  moving('a moved number in the other form is a stranger’s', taken, 'upsert_redirected', 'and k.people = 1', 'and false'),
  moving('the first call does not look for other forms', taken, 'upsert_unpatched', 'and b.matches_numbers is not true', ''),
  moving('both forms of a number are current', taken, 'note_identities', 'form.id is null or', 'true or'),
  moving('a number that two people have is the first one’s', two, 'upsert_redirected', 'k.people = 1', 'k.people > 0'),
  moving('people whom the migration has moved are known in the destination', batches, 'move_people', /where not t\.is_own/g, ''),
]

/** The inboxes of an account, none of which knows numbers in any form, while a call is at work. */
const matchingNone: MemoryMutant['world'] = (world) => ({
  inbox: (oaId) => {
    const row = world.inbox(oaId)
    return row && { ...row, matchesNumbers: false }
  },
})

export const memoryNumberMutants: readonly MemoryMutant[] = [
  { bug: 'a moved number in the other form is a stranger’s', subject: 'moveInboxBatch', caughtBy: taken, world: matchingNone },
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
    bug: 'a moved number in the other form is a stranger’s',
    subject: 'moveInboxBatch',
    caughtBy: taken,
    commands: [
      {
        of: 'inboxes',
        by: ['updateOne'],
        change: ({ filter, body }) => ({ body: 'matches_numbers' in filter ? { $set: { lock: 1 } } : body }),
      },
    ],
  },
  {
    bug: 'people whom the migration has moved are known in the destination',
    subject: 'moveInboxBatch',
    caughtBy: batches,
    commands: [
      {
        of: 'contact_inboxes',
        by: ['find'],
        change({ options }) {
          const { projection = {} } = options as { projection?: Record<string, unknown> }
          return { options: { ...options, projection: without(projection, 'moved.by') } }
        },
      },
    ],
  },
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
