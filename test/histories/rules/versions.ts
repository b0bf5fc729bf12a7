import { isDeepStrictEqual } from 'node:util'
import { grouped } from '../grouped.js'
import { type Sighting, sightingsOf, type ToldConversation } from '../sightings.js'
import type { Violation, World } from '../world.js'

/** Versions rise by one for each change, a version has one writer, and a write changes only what it is about. */
export function versionRules({ operations, accounts }: World): readonly Violation[] {
  const rows = new Map(accounts.flatMap(({ conversations }) => conversations.map((row) => [row.id, row] as const)))
  const ofConversation = grouped(operations.flatMap(sightingsOf), ({ conversation }) => conversation.id)
  return [...ofConversation].flatMap(([id, sightings]) => {
    const ofVersion = grouped(sightings, ({ conversation }) => conversation.version)
    return [
      ...[...ofVersion.values()].flatMap((same) => [...oneWriter(same), ...oneState(same)]),
      ...steps(ofVersion),
      ...expectations(sightings),
      ...neverOlder(sightings),
      ...isTheLast(id, sightings, rows.get(id)),
    ]
  })
}

function oneWriter(same: readonly Sighting[]): readonly Violation[] {
  const [first, second] = same.filter(({ isWriter }) => isWriter)
  return first && second ? [violation('a version has one writer', `both made version ${first.conversation.version}`, [first, second])] : []
}

/** Whoever sees a version sees the same of it. A link raises the version of the active conversation alone. */
function oneState(same: readonly Sighting[]): readonly Violation[] {
  const [first, ...others] = same
  const stateOf = ({ identities, recipientId, ...state }: ToldConversation) =>
    state.status === 'closed' ? state : { ...state, identities, recipientId }
  const other = first && others.find(({ conversation }) => !isDeepStrictEqual(stateOf(conversation), stateOf(first.conversation)))
  if (first === undefined || other === undefined) return []
  const fields = differences(first.conversation, other.conversation).join(', ')
  return [violation('a version has one state', `version ${first.conversation.version} has two values of ${fields}`, [first, other])]
}

const patched = ['nickname', 'customerName', 'customerUsername', 'chatbotId', 'metadata'] as const

/** From one version to the next, nothing is changed that the writer of the next did not mean. */
function steps(ofVersion: ReadonlyMap<number, readonly Sighting[]>): readonly Violation[] {
  return [...ofVersion].flatMap(([version, sightings]) => {
    const before = ofVersion.get(version - 1)
    const previous = before?.find(({ isWriter }) => isWriter) ?? before?.[0]
    if (previous === undefined) return []
    return sightings.flatMap((writer) => {
      const changed = writer.isWriter ? unmeant(previous, writer) : []
      if (changed.length === 0) return []
      const changes = changed.map((field) => `${field} from ${shown(previous, field)} to ${shown(writer, field)}`)
      const told = `version ${version} changes ${changes.join(', ')}`
      return [violation('a write changes only what it is about', told, [previous, writer])]
    })
  })
}

/** The fields that differ although the writer is not about them. */
function unmeant(previous: Sighting, writer: Sighting): readonly (keyof ToldConversation)[] {
  const [from, to] = [previous.conversation, writer.conversation]
  const fields = patched.filter((field) => !(field in writer.patch) && !isDeepStrictEqual(from[field], to[field]))
  return from.status === to.status || mayMove(writer, from.status, to.status) ? fields : [...fields, 'status']
}

function mayMove({ operation: { method }, outcome }: Sighting, from: string, to: string): boolean {
  if (method === 'closeConversation') return to === 'closed'
  if (method === 'snoozeConversation') return to === 'snoozed'
  if (method === 'reopenConversation') return to === 'open'
  if (method === 'wakeDue') return from === 'snoozed' && to === 'open'
  if (method.startsWith('upsert') || method.startsWith('bulk')) return to === 'open' && (from === 'snoozed' || outcome === 'reopened')
  return false
}

function expectations(sightings: readonly Sighting[]): readonly Violation[] {
  return sightings.flatMap((each) => {
    if (!each.isWriter || typeof each.expectedVersion !== 'number') return []
    const { version } = each.conversation
    if (version === each.expectedVersion + 1) return []
    return [violation('an expected version holds', `${each.expectedVersion} was expected, and version ${version} was written`, [each])]
  })
}

/** A call that began after another was answered sees at least the version that the other has shown. */
function neverOlder(sightings: readonly Sighting[]): readonly Violation[] {
  const begun = [...sightings].sort((a, b) => a.operation.invokedAt - b.operation.invokedAt)
  const ended = [...sightings].sort((a, b) => a.operation.endedAt - b.operation.endedAt)
  const found: Violation[] = []
  let newest: Sighting | undefined
  let next = 0
  for (const each of begun) {
    for (let past = ended[next]; past && past.operation.endedAt < each.operation.invokedAt; past = ended[++next]) {
      if (newest === undefined || past.conversation.version > newest.conversation.version) newest = past
    }
    if (newest && newest.conversation.version > each.conversation.version) {
      const told = `version ${each.conversation.version} was shown after ${newest.conversation.version} had been`
      found.push(violation('what was acknowledged is seen from then on', told, [newest, each]))
    }
  }
  return found
}

/** The row that is there in the end is at the last version, and shows what that version showed. */
function isTheLast(id: string, sightings: readonly Sighting[], row: World['accounts'][number]['conversations'][number] | undefined) {
  const rule = 'the last acknowledged state is the stored one'
  const last = sightings.reduce((a, b) => (b.conversation.version > a.conversation.version ? b : a))
  if (row === undefined) return [violation(rule, `the conversation ${id} is not there`, [last])]
  if (row.version < last.conversation.version) {
    return [violation(rule, `version ${last.conversation.version} was shown, and ${row.version} is stored`, [last])]
  }
  if (row.version > last.conversation.version) return []
  const stored: Partial<ToldConversation> = {
    status: row.status as ToldConversation['status'],
    nickname: row.nickname,
    customerName: row.customer_name,
    chatbotId: row.chatbot_id,
    lastSeq: row.last_seq,
    readSeq: row.read_seq,
    unreadCount: row.unread_count,
    lastMessagePreview: row.last_message_preview,
  }
  const different = Object.entries(stored).filter(([field, value]) => value !== last.conversation[field as keyof ToldConversation])
  if (different.length === 0) return []
  const told = different.map(
    ([field, value]) => `${field} is ${JSON.stringify(value)} and was ${shown(last, field as keyof ToldConversation)}`,
  )
  return [violation(rule, told.join(', '), [last])]
}

function shown({ conversation }: Sighting, field: keyof ToldConversation): string {
  return JSON.stringify(conversation[field])
}

function differences(a: ToldConversation, b: ToldConversation): readonly string[] {
  return Object.keys(a).filter((field) => !isDeepStrictEqual(Reflect.get(a, field), Reflect.get(b, field)))
}

function violation(rule: string, told: string, sightings: readonly Sighting[]): Violation {
  return { rule, told: `${sightings[0]?.conversation.id}: ${told}`, witness: sightings.map(({ operation }) => operation) }
}
