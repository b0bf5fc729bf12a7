import type { GoalSummary } from '../runner/summary.js'

interface Reason {
  readonly comparison: string
  readonly of: string
  readonly against: string
  /** Left out where it is the time per operation. */
  readonly measure?: 'p99'
  /** The concurrency that the reason is for. Default: all of them. */
  readonly concurrency?: number
  readonly because: string
}

const httpOfBoth =
  'Both pay for HTTP, Express and the signature, and share two processors with the server and the sender. The function that numbers, counts and remembers ' +
  'takes half of the server’s time that six statements take.'

/** Why goals are missed, as far as we know. The reasons are printed beside the figures. */
const REASONS: readonly Reason[] = [
  {
    comparison: 'postgres-upsert',
    of: 'conversation-store',
    against: 'pg, one insert … on conflict',
    because:
      'The insert remembers no operation, so a reply that was lost may be applied twice, and it compares nothing. The update in our statement does both, and ' +
      'what the call carries is checked in JavaScript first. The hand-written function in the table keeps the same guarantees.',
  },
  {
    comparison: 'postgres-first-upsert',
    of: 'conversation-store',
    against: 'hand-written function, same guarantees',
    because:
      'Our statement looks for an active conversation to patch before it opens one, and returns what it opened as JSON; the rest is the checks and ids of the ' +
      'call in JavaScript.',
  },
  {
    comparison: 'postgres-events',
    of: 'conversation-store',
    against: 'single CTE (numbers wrongly under races)',
    because:
      'The CTE locks nothing before it reads, and so numbers wrongly under races. The hand-written function that does not is as far from it as ours.',
  },
  {
    comparison: 'postgres-bulk',
    of: 'conversation-store',
    against: 'hand-written function, same guarantees',
    because:
      'The server does about the same work for both. What ours has besides is the client: it checks and copies every field of 2,500 messages, keeps a result ' +
      'for each, and makes conversations of JSON.',
  },
  {
    comparison: 'mongo-events',
    of: 'conversation-store',
    against: 'hand-written transaction',
    because:
      'The rival is given the id of the contact inbox, and skips aliases and what waits for its message: two look-ups less in the one command that reads. ' +
      'The rest is validation and planning in JavaScript.',
  },
  {
    comparison: 'mongo-events',
    of: 'conversation-store',
    against: 'Mongoose transaction',
    because: 'As above: two look-ups, and validation and planning in JavaScript.',
  },
  {
    comparison: 'mongo-upsert',
    of: 'conversation-store',
    against: 'mongodb findOneAndUpdate',
    because:
      'An update pipeline that remembers the operation costs more than $set. The bare command that remembers it as well stands in the table; what is left is JavaScript.',
  },
  {
    comparison: 'mongo-upsert',
    of: 'conversation-store',
    against: 'Mongoose find, change, save',
    because: 'As above: the pipeline. Mongoose pays for a second command instead.',
  },
  {
    comparison: 'mongo-bulk',
    of: 'conversation-store bulk',
    against: 'single calls, one after another',
    because:
      'Most of a bulk is the upkeep of the indexes that lists are ordered by, which single calls pay as well; and single calls have become cheaper than they were ' +
      'when this goal was set.',
  },
  { comparison: 'webhooks-postgres', of: 'createWebhookHandler, coalesce: true', against: 'Express and Prisma', because: httpOfBoth },
  {
    comparison: 'webhooks-postgres',
    of: 'createWebhookHandler, coalesce: true',
    against: 'Express and Prisma, a transaction',
    because: httpOfBoth,
  },
  {
    comparison: 'webhooks-mongo',
    of: 'createWebhookHandler, coalesce: true',
    against: 'Express and Mongoose, a transaction',
    because:
      'A transaction of ours also numbers, counts, asks what waits for the message and remembers the operation, as the comparison of 5 new messages shows. ' +
      'Sharing transactions takes a third off that.',
  },
  {
    comparison: 'postgres-reads',
    of: 'conversation-store',
    against: 'pg, one select',
    because:
      'The statement first asks which person the customer’s id belongs to, and makes the row JSON with all of that person’s ids. The client checks what is asked ' +
      'for and makes a record of the answer.',
  },
  {
    comparison: 'mongo-reads',
    of: 'conversation-store',
    against: 'mongodb findOne',
    because: 'What is asked for and what comes is checked, and made into a record with the names of the API.',
  },
]

export function reasonFor(comparison: string, { of, against, measure }: GoalSummary, concurrency: number): string | undefined {
  const fits = (reason: Reason) =>
    reason.comparison === comparison &&
    reason.of === of &&
    reason.against === against &&
    reason.measure === measure &&
    (reason.concurrency === undefined || reason.concurrency === concurrency)
  return REASONS.find(fits)?.because
}
