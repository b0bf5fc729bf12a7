import { failed, isJson, jsonAnswer } from '../../http/json.js'
import { readRawBody } from '../../http/raw-body.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import type { InboxMigration } from '../../store/inbox-move-port.js'
import type { InboxMigrations } from '../inbox-migrations.js'
import type { AboutRequest } from './audited-request.js'
import { jsonOf, readDestination, readListQuery, readStart } from './read-request.js'
import type { Asked } from './routes.js'
import { inboxRow, migrationRow, previewRow } from './rows.js'

/** A request of an administrator about an inbox of the account. */
export interface Call {
  readonly request: Request
  readonly query: URLSearchParams
  readonly moves: InboxMigrations
  readonly inboxes: readonly Inbox[]
  readonly source: Inbox
  /** Empty where the address names none. */
  readonly migrationId: string
  readonly userId: string
  readonly maxBodyBytes: number
  /** What the audit is told if the call is refused. It is filled as it becomes known. */
  readonly about: AboutRequest
}

export const calls: Readonly<Record<Asked, (call: Call) => Promise<Response>>> = {
  async list({ moves, query, source }) {
    const { items, nextCursor } = await moves.list({ sourceOaId: source.oaId, ...readListQuery(query) })
    return jsonAnswer(200, { migrations: items.map(migrationRow), next_cursor: nextCursor })
  },

  async show(call) {
    return jsonAnswer(200, migrationRow(await migrationOf(call)))
  },

  async cancel(call) {
    const { migrationId, moves, userId } = call
    await migrationOf(call)
    return jsonAnswer(200, migrationRow(await moves.cancel(migrationId, { userId })))
  },

  async 'eligible destinations'({ moves, source }) {
    const found = await moves.eligibleDestinations({ sourceOaId: source.oaId })
    return jsonAnswer(200, { inboxes: found.map(inboxRow) })
  },

  async preview({ about, inboxes, moves, query, request, source }) {
    const destination = inboxNamed(inboxes, readDestination(query))
    about.destinationOaId = destination.oaId
    const between = { sourceOaId: source.oaId, destinationOaId: destination.oaId }
    return jsonAnswer(200, previewRow(await moves.preview(between, { signal: request.signal }), source, destination))
  },

  async start({ about, inboxes, maxBodyBytes, moves, request, source, userId }) {
    if (!isJson(request.headers)) return failed(415, 'The body must be application/json.')
    const body = await readRawBody(request, maxBodyBytes)
    if ('unusable' in body) {
      return body.unusable === 'too large' ? failed(413, 'The body is too large.') : failed(400, 'The body ended early.')
    }
    const given = parsedOrNull('bytes' in body ? body.bytes : body.readBefore)
    if (given === null) return failed(400, 'The body must be a JSON object in UTF-8.')
    const { destination: named, onActiveConflict, expect } = readStart(given.value)
    const destination = inboxNamed(inboxes, named)
    about.destinationOaId = destination.oaId
    const migration = await moves.start({
      sourceOaId: source.oaId,
      destinationOaId: destination.oaId,
      onActiveConflict,
      userId,
      ...(expect !== null && { expect }),
    })
    return jsonAnswer(201, migrationRow(migration))
  },
}

/** The inbox with this id, or else with this `oaId`. Throws NOT_FOUND. */
export function inboxNamed(inboxes: readonly Inbox[], named: string): Inbox {
  const found = inboxes.find(({ id }) => id === named) ?? inboxes.find(({ oaId }) => oaId === named)
  if (found === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
  return found
}

/** The migration that the address names, which must be one out of the inbox that it names. Throws NOT_FOUND. */
async function migrationOf({ about, migrationId, moves, source }: Call): Promise<InboxMigration> {
  const migration = await moves.get(migrationId)
  if (migration === null || migration.sourceInboxId !== source.id) {
    throw new ConversationStoreError('NOT_FOUND', { what: 'inbox migration' })
  }
  about.migrationId = migration.id
  about.destinationOaId = migration.destinationOaId
  return migration
}

function parsedOrNull(body: unknown): { readonly value: unknown } | null {
  try {
    return { value: jsonOf(body) }
  } catch (error) {
    if (isConversationStoreError(error, 'VALIDATION_FAILED')) return null
    throw error
  }
}
