import type { EventInput, IdentityChangeEventInput } from '../../src/model/event-inputs.js'
import type { CustomerIdentity } from '../../src/model/identities.js'
import type { OnClosed } from '../../src/model/records.js'

/** The ids that are a person's for a while. Times are minutes of the history. */
export interface Era {
  readonly from: number
  /** Null while the channel shares no phone of this person. */
  readonly phone: string | null
  readonly userId: string
  readonly parentId: string | null
  /** What the notice says that tells of the change to these ids. Null for the first ones. */
  readonly notice: Pick<IdentityChangeEventInput, 'previous' | 'current'> | null
}

/** The truth about one person. No store is ever told of it but by the calls. */
export interface Person {
  readonly name: string
  /** By time. A notice tells of each change. */
  readonly eras: readonly Era[]
}

interface CallBase {
  readonly id: number
  /** Whose it is in truth: the index of the person. */
  readonly person: number
  readonly customerId: string
  /** The calls that are answered before this one is sent. */
  readonly after: readonly number[]
}

/** What a webhook or the host writes. */
export interface Write extends CallBase {
  readonly what: 'write'
  /** Empty when the payload names the customer by one id and does not tell its kind. */
  readonly identities: readonly CustomerIdentity[]
  readonly events: readonly EventInput[]
  /** Whether a store may know all the events already: it need not look at the identities then. */
  readonly mayBeKnown: boolean
  /** Whether it is sent when everything else is over. It names all current ids of the person then. */
  readonly isLast: boolean
  /** Writes with the same number are items of one bulk call. */
  readonly bulk: number | null
}

export type Call =
  | Write
  | (CallBase & { readonly what: 'link'; readonly identities: readonly CustomerIdentity[] })
  | (CallBase & { readonly what: 'read' | 'close' | 'reopen' | 'snooze' })
  /** Reopens the conversation that an earlier call was answered with. */
  | (CallBase & { readonly what: 'reopen that of'; readonly earlier: number })

export interface History {
  readonly seed: number
  readonly people: readonly Person[]
  readonly onClosed: OnClosed
  /** How many calls are under way at once. */
  readonly width: number
  /** In the order in which they are sent. */
  readonly calls: readonly Call[]
}

export const inbox = '106540352242922'

const start = Date.UTC(2024, 4, 1)

/** A time of the history. Every clock that the stores see is later. */
export function at(minute: number, seconds = 0): Date {
  return new Date(start + minute * 60_000 + seconds * 1_000)
}
