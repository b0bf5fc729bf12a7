import { failed } from '../../http/json.js'
import { loggableError } from '../../http/loggable-error.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import { refusal } from '../../model/validation/refusal.js'
import { inboxMigrations } from '../inbox-migrations.js'
import { consoleLogger } from '../migration-logger.js'
import type { MigratingAccount } from '../options.js'
import { failureAnswer } from './answers.js'
import { type AuditedRequest, auditedRequest } from './audited-request.js'
import { calls, inboxNamed } from './calls.js'
import type { InboxMigrationApi, InboxMigrationApiOptions, InboxMigrationCaller } from './options.js'
import { type Asked, type Route, routeOf } from './routes.js'

const defaultMaxBodyBytes = 16_384

/**
 * Makes a handler by which administrators move inboxes. It is fetch-style, `(request: Request) => Promise<Response>`;
 * `toNodeHandler` turns it into one for `node:http`, Express and Fastify. A worker does the moving (`work`).
 *
 * Below `/api/v1/accounts/:account_id/inboxes/:inbox_id/migrations`, where `:inbox_id` is the id or the `oaId` of the
 * source, it takes GET (`?active=&limit=&cursor=`), POST `{ destination_inbox_id, on_active_conflict, expect? }`, GET
 * `/:id`, POST `/:id/cancel`, GET `/preview?destination_inbox_id=` and GET `/eligible_destinations`. A migration is
 * answered by the names of its columns.
 *
 * Every other answer is `{ error, code? }`. 400, 413, 415: the body is none. 401: `authorize` knows nobody. 403: no
 * administrator. 404: no such inbox or migration in this account. 405: another method. 409: one of the inboxes takes
 * part in a migration, or the preview is stale. 422: not eligible, or a field is wrong; a missing `on_active_conflict`
 * brings the `choices`. 501: the database can't do it. 503: it could not take it now. 500: something on the host's side
 * is wrong, and the log says what. `onAudit` gets each start, each wish to cancel, and each refusal of a caller who is
 * known.
 *
 * The handler never rejects. This function throws VALIDATION_FAILED for options without which nobody could be let in.
 */
export function createInboxMigrationApi(options: InboxMigrationApiOptions): InboxMigrationApi {
  checkOptions(options)
  const { logger = consoleLogger } = options
  return async (request) => {
    try {
      return await answerRequest(request, options)
    } catch (error) {
      const answered = failureAnswer(error)
      if (answered.status >= 500) {
        const line = `[InboxMigration] A request is answered with ${answered.status}: ${JSON.stringify(loggableError(error))}`
        if (answered.status === 500) logger.error(line)
        else logger.warn(line)
      }
      return answered
    }
  }
}

function checkOptions({ store, authorize, onAudit, family, maxBodyBytes = 1 }: InboxMigrationApiOptions): void {
  if (typeof authorize !== 'function') throw refusal(['authorize'], 'must be a function that says who asks')
  for (const [name, value] of Object.entries({ onAudit, family })) {
    if (value !== undefined && typeof value !== 'function') throw refusal([name], 'must be a function')
  }
  if (typeof store !== 'function' && typeof store?.forAccount !== 'function') throw refusal(['store'], 'must be a store, or a function')
  if (!(Number.isSafeInteger(maxBodyBytes) && maxBodyBytes > 0)) throw refusal(['maxBodyBytes'], 'must be a whole number above 0')
}

async function answerRequest(request: Request, options: InboxMigrationApiOptions): Promise<Response> {
  const { pathname, searchParams: query } = new URL(request.url)
  const route = routeOf(pathname)
  if (route === null) return failed(404, 'There is nothing at this address.')
  const asked = route.methods.get(request.method)
  if (asked === undefined) return failed(405, 'This method is not taken here.', { Allow: [...route.methods.keys()].join(', ') })
  const caller = saidBy(await options.authorize(request))
  if (caller === null || !isCaller(caller)) return caller !== null && 'status' in caller ? caller : failed(401, 'Not authorized.')
  const audited = auditedRequest(caller, options.onAudit)
  // A host without type checks may have something else than a boolean.
  if (caller.isAdministrator !== true) {
    await audited.refusedFor('FORBIDDEN')
    return failed(403, 'Only administrators may do this.')
  }
  try {
    return await answerCaller({ request, query, route, asked, caller, audited }, options)
  } catch (error) {
    await audited.refused(error)
    throw error
  }
}

/** A host without type checks may have `undefined` for nobody, or only the account's name, and then nobody asks. */
function saidBy<S>(said: S): S | null {
  return typeof said === 'object' ? said : null
}

/** Whether `authorize` said who asks. A host without type checks may leave something out, and then nobody asks. */
function isCaller(said: InboxMigrationCaller | Response): said is InboxMigrationCaller {
  return 'accountId' in said && isNamed(said.accountId) && isNamed(said.userId)
}

function isNamed(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

interface AskedByCaller {
  readonly request: Request
  readonly query: URLSearchParams
  readonly route: Route
  readonly asked: Asked
  readonly caller: InboxMigrationCaller
  readonly audited: AuditedRequest
}

async function answerCaller(
  { request, query, route, asked, caller, audited }: AskedByCaller,
  { store: given, family, maxBodyBytes = defaultMaxBodyBytes }: InboxMigrationApiOptions,
): Promise<Response> {
  const { accountId, userId } = caller
  // Not this account's and not there are the same answer.
  if (route.accountId !== accountId) throw noSuchInbox()
  // A host without type checks may have `undefined` for none.
  const store = (typeof given === 'function' ? await given(accountId) : given) ?? null
  if (store === null) throw noSuchInbox()
  const account = store.forAccount(accountId)
  const inboxes = await inboxesOf(account)
  const source = inboxNamed(inboxes, route.inbox)
  const { about, onAudit } = audited
  about.sourceOaId = source.oaId
  const moves = inboxMigrations(account, { onAudit, ...(family !== undefined && { family }) })
  const { migrationId } = route
  return calls[asked]({ request, query, moves, inboxes, source, migrationId, userId, maxBodyBytes, about })
}

async function inboxesOf(account: MigratingAccount): Promise<readonly Inbox[]> {
  const inboxes: Inbox[] = []
  for await (const inbox of account.listInboxes()) inboxes.push(inbox)
  return inboxes
}

function noSuchInbox(): ConversationStoreError {
  return new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
}
