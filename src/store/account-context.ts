import type * as z from 'zod/mini'
import type { JsonObject } from '../model/json.js'
import type { OnClosed } from '../model/records.js'
import type { Path } from '../model/validation/refusal.js'
import type { Bounded, ConversationOperations, WriteStamp } from './adapter.js'
import type { Dispatch } from './dispatch.js'
import type { LeaseClaim } from './lease-claim.js'

/** What the methods of one account share. */
export interface AccountContext {
  readonly accountId: string
  readonly dispatch: Dispatch
  readonly newId: () => string
  readonly now: () => Date | null
  readonly defaultOnClosed: OnClosed
  /** The lease that guards the writes. */
  readonly lease?: LeaseClaim
  /** Checks an input. Throws STORE_CLOSED, VALIDATION_FAILED or PAYLOAD_TOO_LARGE. */
  parse<S extends z.ZodMiniType>(schema: S, input: unknown): z.output<S>
  /**
   * Returns the input with its metadata as the host's schema returns it. Returns the input itself when there is no
   * schema, or no metadata to check.
   */
  withMetadata<T extends { readonly metadata?: JsonObject | null | undefined }>(input: T, path?: Path): T | Promise<T>
}

/** Sends one write. It gets its own operation id and its time here, once, so that every retry sends the same ones. */
export function sendWrite<T>(context: AccountContext, send: SendStamped<T>, withinMs?: number): Promise<T> {
  return beginWrite(context)(send, withinMs)
}

type SendStamped<T> = (operations: ConversationOperations, stamp: WriteStamp) => Promise<T>

/**
 * One write that may be sent to several places, one after the other, until one of them has what it is about. Once a
 * reply was lost, the other places are told so too, because the write may have come to them with what was moved there.
 */
export function beginWrite({
  accountId,
  dispatch,
  newId,
  now,
  lease,
}: AccountContext): <T>(send: SendStamped<T>, withinMs?: number) => Promise<T> {
  const operationId = newId()
  const at = now()
  let sentBefore: number | null = null
  return (send, withinMs) => {
    const stamped = (operations: ConversationOperations, firstSentAt: number | null, bounds: Bounded) => {
      sentBefore ??= firstSentAt
      const stamp = { accountId, operationId, firstSentAt: sentBefore, now: at, ...bounds }
      return send(operations, lease === undefined ? stamp : { ...stamp, lease })
    }
    return dispatch.write(operationId, stamped, withinMs)
  }
}
