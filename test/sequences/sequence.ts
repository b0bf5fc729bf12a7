import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { JsonObject } from '../../src/model/json.js'

/** What the host does between two webhooks. */
export type HostAction =
  | {
      readonly action: 'sent'
      readonly to: string
      readonly messageId: string
      readonly localId?: string
      readonly text?: string
      readonly at: string | null
    }
  | { readonly action: 'sending'; readonly to: string; readonly localId: string; readonly text: string; readonly at: string }
  | { readonly action: 'markRead'; readonly customerId: string }
  | { readonly action: 'mergeContacts'; readonly keep: string; readonly lose: string }

export type Arrival = { readonly webhook: JsonObject } | { readonly host: HostAction }

export interface ExpectedMessage {
  readonly id: string
  readonly direction: 'inbound' | 'outbound'
  readonly text: string
  /** Null where the channel has no time, or where the host's own time and the channel's are both right. */
  readonly at: string | null
  readonly status?: string
  readonly localId?: string
  readonly attachments?: readonly string[]
  /** The channel's ids of the attachments. */
  readonly mediaIds?: readonly string[]
  /** Whether it came as history. */
  readonly history?: boolean
}

export interface ExpectedPerson {
  readonly ids: readonly string[]
  readonly former?: readonly string[]
  readonly replyTo: string
  readonly activeConversations: number
  readonly unread: number
  readonly messages: readonly ExpectedMessage[]
}

/** What arrives, in order, and the state that must stand at the end. */
export interface Sequence {
  readonly title: string
  readonly channel: string
  readonly source: 'whatsapp_cloud' | 'twilio' | 'messenger'
  readonly arrivals: readonly Arrival[]
  readonly expected: {
    readonly inbox: string
    readonly people: readonly ExpectedPerson[]
    /** The messages of each list stand in one conversation. */
    readonly sameConversation: readonly (readonly string[])[]
    /** The messages of each list stand in as many conversations. */
    readonly differentConversations: readonly (readonly string[])[]
    readonly lastMessageAt?: string
  }
}

const folder = fileURLToPath(new URL('fixtures/', import.meta.url))

export const sequenceNames = readdirSync(folder).map((file) => file.slice(0, -'.json'.length))

export function readSequence(name: string): Sequence {
  return JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as Sequence
}
