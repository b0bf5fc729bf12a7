import { rewritten, without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const subject = 'forOperator'
const apart = 'keeps what no account owns for the operator alone, and an account’s part for that account alone'
const lostReply = 'keeps a body once whose reply was lost, and takes, renews and settles it once'
const listed = 'lists bodies by when they came, the newest first, page by page, by channel, outcome and time'
const claimed = 'leaves a body to whoever works on it, until its claim ends or it is settled'
const takenOver = 'gives what nobody settled in time to one of many who ask, with a higher token, and refuses the first one’s report'
const renewed = 'lets who works on a body renew the claim, also one that has ended, until another took it up or it was settled'
const tried = 'has a body that is to be tried again due after its pause, and not before'
const named = 'gives out named bodies again whatever became of them, in the order in which they came, and no other account’s'
const cleared = 'clears what is over, the oldest first and no more than asked, but for what somebody works on'
const accounts = 'tells the operator which accounts have bodies that are due or over, and only those'

type Input = Record<string, unknown>

/** Sends a call of this name with another input than the core's. */
function sending(name: string, change: (input: Input) => Input): Pick<MemoryMutant, 'call'> {
  return { call: (call) => call.send(call.name === name ? change(call.input as Input) : call.input) }
}

/** Answers a call of this name with something else than the adapter does. */
function answering<T>(name: string, change: (answer: T, input: Input) => unknown): Pick<MemoryMutant, 'call'> {
  return {
    async call(call) {
      const answer = await call.send()
      return call.name === name ? change(answer as T, call.input as Input) : answer
    },
  }
}

export const memoryJournalMutants: readonly MemoryMutant[] = [
  {
    bug: 'a part is kept where nobody’s are',
    subject,
    caughtBy: apart,
    ...sending('keepWebhook', (input) => ({ ...input, accountId: '' })),
  },
  {
    bug: 'a body is taken up while somebody works on it',
    subject,
    caughtBy: claimed,
    ...sending('keepWebhook', (input) => ({ ...input, claimMs: -1 })),
  },
  {
    bug: 'whoever took a body up first settles it',
    subject,
    caughtBy: takenOver,
    async call(call, { database }) {
      const { accountId, id } = call.input as { accountId: string; id: string }
      const token = call.name === 'settleWebhook' ? database.account(accountId).webhooks.get(id)?.token : undefined
      return call.send(token === undefined ? call.input : { ...(call.input as Input), token })
    },
  },
  {
    bug: 'a call that is sent again takes what it took as another',
    subject,
    caughtBy: lostReply,
    ...sending('takeWebhooks', (input) => ({ ...input, operationId: `${input.operationId} ${Math.random()}` })),
  },
  {
    bug: 'a claim ends when it did before it was renewed',
    subject,
    caughtBy: renewed,
    call: (call) => (call.name === 'renewWebhook' ? Promise.resolve(true) : call.send()),
  },
  { bug: 'a body that was settled is renewed', subject, caughtBy: renewed, ...answering<boolean>('renewWebhook', () => true) },
  {
    bug: 'a body is due again at once',
    subject,
    caughtBy: tried,
    ...sending('settleWebhook', (input) => ({ ...input, retryInMs: input.retryInMs === null ? null : 0 })),
  },
  {
    bug: 'named bodies come in the order of their names',
    subject,
    caughtBy: named,
    ...answering<object[]>('takeWebhooks', (taken) => taken.toReversed()),
  },
  {
    bug: 'a list of bodies forgets since when',
    subject,
    caughtBy: listed,
    ...sending('listWebhooks', (input) => ({ ...input, since: null })),
  },
  {
    bug: 'more is cleared than was asked',
    subject,
    caughtBy: cleared,
    ...sending('clearWebhooks', (input) => ({ ...input, limit: 1_000 })),
  },
  {
    bug: 'the operator hears of accounts with nothing to do',
    subject,
    caughtBy: accounts,
    ...sending('findWebhookAccounts', (input) => ({ ...input, of: 'all' })),
  },
]

const statement = (bug: string, caughtBy: string, replace: string | RegExp, by: string): PostgresMutant => ({
  bug,
  subject,
  caughtBy,
  statements: [{ replace, by }],
  attempts: 2,
})

export const postgresJournalMutants: readonly PostgresMutant[] = [
  statement(
    'a body is found by its id alone',
    apart,
    /where w\.account_id = (\$\d+) and w\.id = (\$\d+)$/,
    'where $1::text is not null and w.id = $2',
  ),
  statement(
    'a body is taken up while somebody works on it',
    claimed,
    /w\.due_at is not null and \(w\.due_at <= [^\n]*? or/,
    'w.due_at is not null and (true or',
  ),
  statement(
    'whoever took a body up first settles it',
    takenOver,
    /and w\.token = (\$\d+)::bigint\nreturning w\.id/,
    'and $1::bigint > 0\nreturning w.id',
  ),
  statement(
    'whoever took a body up first renews its claim',
    renewed,
    /and w\.token = (\$\d+)::bigint and w\.due_at/,
    'and $1::bigint > 0 and w.due_at',
  ),
  statement('a body that was settled is renewed', renewed, / and w\.due_at is not null\nreturning w\.id/, '\nreturning w.id'),
  statement(
    'a call that is sent again takes what it took as another',
    lostReply,
    /case when w\.operation_id = (\$\d+) then 0 else 1 end/g,
    'case when $1 is null then 0 else 1 end',
  ),
  statement(
    'a body is due again at once',
    tried,
    /due_at = (date_trunc\([^\n]*\)) \+ (\$\d+)::bigint \* interval '1 millisecond'\n where/,
    "due_at = $1 + $2::bigint * interval '0 seconds'\n where",
  ),
  statement('named bodies come in any order', named, 'order by taken.received_at, taken.id', 'order by taken.received_at desc'),
  statement('a list of bodies begins with the oldest', listed, 'order by w.received_at desc, w.id desc', 'order by w.received_at, w.id'),
  statement('what somebody works on is cleared', cleared, /and \(w\.due_at is null or w\.due_at <= [^\n]*\)\n/, '\n'),
  statement(
    'what is over is cleared whoever’s it is',
    cleared,
    /w\.account_id = (\$\d+) and (w\.expires_at|w\.id = any \(array\(select over)/g,
    '$1::text is not null and $2',
  ),
  statement(
    'the operator hears of accounts with nothing to do',
    accounts,
    /(w\.expires_at from [^\n]*) limit 1\) <= [^\n]*\)/,
    '$1 limit 1) is not null)',
  ),
]

const expression = (
  bug: string,
  caughtBy: string,
  by: 'findOneAndUpdate' | 'updateOne' | 'find',
  replace: (doc: Record<string, unknown>) => unknown,
): MongoMutant => ({
  bug,
  subject,
  caughtBy,
  commands: [
    {
      of: 'webhook_journal',
      by: [by],
      change: ({ body, filter }) => ({ body: rewritten(body, replace), filter: rewritten(filter, replace) as Record<string, unknown> }),
    },
  ],
})

/** Updates a body whatever its `field` is. */
const forgetting = (bug: string, caughtBy: string, field: string): MongoMutant => ({
  bug,
  subject,
  caughtBy,
  commands: [{ of: 'webhook_journal', by: ['updateOne'], change: ({ filter }) => ({ filter: without(filter, field) }) }],
})

export const mongoJournalMutants: readonly MongoMutant[] = [
  {
    bug: 'a body is found by its id alone',
    subject,
    caughtBy: apart,
    commands: [{ of: 'webhook_journal', by: ['findOne'], change: ({ filter }) => ({ filter: without(filter, 'accountId') }) }],
  },
  expression('a body is taken up while somebody works on it', claimed, 'findOneAndUpdate', (doc) => ('$lte' in doc ? true : doc)),
  forgetting('whoever took a body up first settles it', takenOver, 'token'),
  forgetting('whoever took a body up first renews its claim', renewed, 'token'),
  forgetting('a body that was settled is renewed', renewed, 'due_at'),
  expression('a call that is sent again takes what it took as another', lostReply, 'findOneAndUpdate', (doc) =>
    '$cond' in doc && Array.isArray(doc.$cond) && doc.$cond[1] === 0 ? 1 : doc,
  ),
  expression('a body is due again at once', tried, 'updateOne', (doc) => ('$add' in doc ? '$$NOW' : doc)),
  {
    bug: 'a list of bodies begins with the oldest',
    subject,
    caughtBy: listed,
    commands: [
      {
        of: 'webhook_journal',
        by: ['find'],
        change: ({ options }) => ('batchSize' in options ? { options: { ...options, sort: { received_at: 1, _id: 1 } } } : {}),
      },
    ],
  },
  {
    bug: 'what somebody works on is cleared',
    subject,
    caughtBy: cleared,
    commands: (['find', 'deleteMany'] as const).map((by) => ({
      of: 'webhook_journal' as const,
      by: [by],
      change: ({ filter }: { filter: Record<string, unknown> }) => ({
        filter: rewritten(filter, (doc) => (Array.isArray(doc.$lte) && doc.$lte[0] === '$due_at' ? { $eq: [1, 1] } : doc)) as Record<
          string,
          unknown
        >,
      }),
    })),
  },
  {
    bug: 'the operator hears of accounts with nothing to do',
    subject,
    caughtBy: accounts,
    commands: [
      {
        of: 'webhook_journal',
        by: ['aggregate'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => ('$expr' in doc ? {} : doc)) }),
      },
    ],
  },
]
