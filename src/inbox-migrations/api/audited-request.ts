import type { InboxMigrationAudit, OnAudit } from '../audit.js'
import { isRefusal } from '../refusals.js'
import type { InboxMigrationCaller } from './options.js'

/** What is known of what a request is about, which grows while it is answered. */
export interface AboutRequest {
  migrationId: string | null
  sourceOaId: string | null
  destinationOaId: string | null
}

/** The audit of one request: each refusal is told once, by the migrations themselves or else by the API. */
export interface AuditedRequest {
  readonly about: AboutRequest
  /** For `inboxMigrations`. */
  onAudit(event: InboxMigrationAudit): Promise<void>
  /** Tells of a refusal, unless it was told. What failed for another reason than the request is none. */
  refused(error: unknown): Promise<void>
  refusedFor(code: string): Promise<void>
}

export function auditedRequest({ accountId, userId }: InboxMigrationCaller, onAudit: OnAudit = () => undefined): AuditedRequest {
  const about: AboutRequest = { migrationId: null, sourceOaId: null, destinationOaId: null }
  let isTold = false
  const refusedFor = async (code: string) => {
    if (!isTold) await onAudit({ type: 'refused', accountId, userId, ...about, code })
    isTold = true
  }
  return {
    about,
    refusedFor,
    async onAudit(event) {
      // What has begun is no refusal any more, whatever the host's audit makes of it.
      isTold = true
      await onAudit(event)
    },
    async refused(error) {
      if (isRefusal(error)) await refusedFor(error.code)
    },
  }
}
