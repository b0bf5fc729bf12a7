import { deepEqual, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { escapeIdentifier } from 'pg'
import { item, type Json, type JsonObject, mutation } from './payload-arbitraries.js'
import { isObject, readBack, requireLibraryTakes } from './payload-read-back.js'
import type { ScratchSchema } from './scratch-schema.js'

/** How many payloads were refused, and how many were stored and read back. */
export interface Counts {
  refused: number
  stored: number
}

const sending = fc.record({ valid: item, mutations: fc.array(mutation, { maxLength: 2 }), isBulk: fc.boolean(), isKnown: fc.boolean() })
type Sending = typeof sending extends fc.Arbitrary<infer T> ? T : never
const atOnce = 20

/** Sends so many payloads by SQL, each a valid one with some of its fields changed to any JSON value. */
export async function sendPayloads(scratch: ScratchSchema, runs: number): Promise<Counts> {
  const counts: Counts = { refused: 0, stored: 0 }
  let call = 0
  const property = fc.asyncProperty(fc.array(sending, { minLength: atOnce, maxLength: atOnce }), async (sendings) => {
    // All of them have ended when one has failed, so that none holds locks when its schema is dropped.
    const sent = await Promise.allSettled(sendings.map((each) => sendOne(scratch, each, ++call, counts)))
    for (const each of sent) if (each.status === 'rejected') throw each.reason
  })
  await fc.assert(property, { numRuns: runs / atOnce, endOnFailure: true })
  return counts
}

async function sendOne(
  scratch: ScratchSchema,
  { valid, mutations, isBulk, isKnown }: Sending,
  call: number,
  counts: Counts,
): Promise<void> {
  const customer = `customer ${call}`
  const payload = structuredClone({ oa_id: 'page', customer_id: customer, ...valid }) as JsonObject
  for (const { at, key, value } of mutations) change(payload, at, key, value)
  const code = await sendPayload(scratch, payload, { account: `account ${call}`, known: isKnown ? customer : null, isBulk })
  if (code === null) counts.stored++
  else counts.refused++
}

interface Way {
  readonly account: string
  /** The customer who has a conversation before, or null. */
  readonly known: string | null
  readonly isBulk: boolean
}

/** Sends one payload and compares what is stored then with it. Returns the SQLSTATE of a refusal, or null. */
export async function sendPayload(scratch: ScratchSchema, payload: JsonObject, { account, known, isBulk }: Way): Promise<string | null> {
  if (known !== null) await send(scratch, 'upsert_conversation_with_events', { account_id: account, oa_id: 'page', customer_id: known })
  const before = await rows(scratch, account)
  const code = isBulk
    ? await send(scratch, 'bulk_upsert_conversations_with_events', { account_id: account, conversations: [payload] })
    : await send(scratch, 'upsert_conversation_with_events', { account_id: account, ...payload })
  try {
    if (code === null) {
      requireLibraryTakes(payload)
      await readBack(scratch, account, payload)
    } else {
      ok(documentedCodes.includes(code), code)
      deepEqual(await rows(scratch, account), before)
    }
    return code
  } catch (cause) {
    throw new Error(
      `${String(cause)}\nthe payload (${isBulk ? 'bulk' : 'single'}, ${known === null ? 'new' : 'known'}): ${JSON.stringify(payload)}`,
      { cause },
    )
  }
}

const documentedCodes = ['22023', '23514', '23502', 'CS001', '22007', '22008', '22009']

function change(payload: JsonObject, at: number, key: string | null, value: Json): void {
  const objects = objectsIn(payload)
  const object = objects[at % objects.length] ?? payload
  const own = Object.keys(object)
  object[key ?? own[at % Math.max(1, own.length)] ?? 'mistyped'] = value
}

/** The objects whose keys have a meaning: the payload, its patch, its events and their attachments. */
function objectsIn(payload: JsonObject): JsonObject[] {
  const events = objectsOf(payload.events)
  return [
    payload,
    ...objectsOf([payload.patch ?? null]),
    ...events,
    ...events,
    ...events.flatMap(({ attachments }) => objectsOf(attachments)),
  ]
}

function objectsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** Returns the SQLSTATE of a call that was refused, or null. */
async function send({ query, schema }: ScratchSchema, name: string, payload: JsonObject): Promise<string | null> {
  try {
    await query(`select ${escapeIdentifier(schema)}.${name}($1::jsonb)`, [JSON.stringify(payload)])
    return null
  } catch (error) {
    return String(Reflect.get(Object(error), 'code'))
  }
}

async function rows({ query, schema }: ScratchSchema, account: string): Promise<unknown> {
  const tables = ['contacts', 'contact_inboxes', 'conversations', 'messages', 'contact_interaction_events']
  const counted = tables.map(
    (table) => `(select json_agg(t order by t.id) from ${escapeIdentifier(schema)}.${table} t where t.account_id = $1) as ${table}`,
  )
  return (await query(`select ${counted.join(', ')}`, [account]))[0]
}
