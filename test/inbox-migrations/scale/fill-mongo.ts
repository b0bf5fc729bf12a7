import { customerOf, type FilledInbox } from './fill-postgres.js'

/** The part of a database that is needed, of whichever version of the driver. */
export interface Collections {
  collection(name: string): {
    find(filter: object): { toArray(): Promise<Stored[]> }
    insertMany(documents: Stored[], options: object): Promise<unknown>
  }
}

interface Stored {
  _id: unknown
  [field: string]: unknown
}

/** The customer whose documents are repeated. The library has written them, with `messagesOfEach` messages. */
export const modelCustomer = 'the model'
const collections = ['contacts', 'contact_inboxes', 'conversations', 'messages'] as const
const atOnce = 1_000

/**
 * Fills an inbox with the documents of one customer again and again, each time under other ids. The customer who is
 * repeated stays.
 */
export async function fillMongo(db: Collections, { accountId, conversations }: FilledInbox): Promise<void> {
  const models = await Promise.all(
    collections.map(async (name) => ({ name, documents: await db.collection(name).find({ accountId }).toArray() })),
  )
  const ids = models.flatMap(({ documents }) => documents.map(({ _id }) => String(_id)))
  const messageIds = models.flatMap(({ documents }) => documents.map(({ message_id }) => message_id)).filter((each) => each !== undefined)
  for (let first = 1; first < conversations; first += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, conversations - first) }, (_, index) => first + index)
    for (const { name, documents } of models) {
      const repeated = numbers.flatMap((n) => {
        const others = new Map<unknown, string>([
          [modelCustomer, customerOf(n)],
          ...ids.map(
            (id, at) => [id, `01900000-0000-7000-8a${at.toString(16).padStart(2, '0')}-${n.toString(16).padStart(12, '0')}`] as const,
          ),
          ...messageIds.map((id) => [id, `${String(id)}-${n}`] as const),
        ])
        return documents.map((document) => renamed(document, others) as Stored)
      })
      await db.collection(name).insertMany(repeated, { ordered: false, writeConcern: { w: 1 } })
    }
  }
}

/** A copy of a value of a document, in which some texts are others. What is no plain value stays the same. */
function renamed(value: unknown, others: ReadonlyMap<unknown, string>): unknown {
  if (typeof value === 'string') return others.get(value) ?? value
  if (Array.isArray(value)) return value.map((each) => renamed(each, others))
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, renamed(each, others)]))
}
