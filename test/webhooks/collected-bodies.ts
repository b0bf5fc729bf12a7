import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type ChannelNormalizer,
  dialog360,
  evolution,
  instagram,
  messenger,
  type NormalizeOptions,
  telegram,
  twilio,
  whatsapp,
  widget,
  zalo,
} from '../../src/webhooks/index.js'

/** The bodies that were posted to an inbox which the route names, although the channel's bodies name it mostly. */
const routes: Readonly<Record<string, string>> = { 'zalo/user_seen_message_not_inverted': '1487654321098765432' }

export interface Expected {
  readonly trap: string
  readonly outcome: 'events' | 'partial' | 'ignored' | 'invalid'
  readonly events?: readonly Record<string, unknown>[]
  readonly reason?: string
}

const folder = fileURLToPath(new URL('fixtures/', import.meta.url))

/** The channels of which bodies were collected, and the inbox to which they were posted where they do not name it. */
export const channels: Readonly<Record<string, { readonly normalizer: ChannelNormalizer; readonly oaId?: string }>> = {
  dialog360: { normalizer: dialog360, oaId: 'from-caller' },
  evolution: { normalizer: evolution },
  instagram: { normalizer: instagram },
  messenger: { normalizer: messenger },
  telegram: { normalizer: telegram, oaId: 'from-caller' },
  twilio: { normalizer: twilio, oaId: 'from-caller' },
  whatsapp: { normalizer: whatsapp },
  widget: { normalizer: widget },
  zalo: { normalizer: zalo },
}

export function namesOf(channel: string): readonly string[] {
  return readdirSync(`${folder}${channel}`).map((file) => file.slice(0, -'.json'.length))
}

function textOf(channel: string, name: string): string {
  return readFileSync(`${folder}${channel}/${name}.json`, 'utf8')
}

export function expectedOf(channel: string): Readonly<Record<string, Expected>> {
  return JSON.parse(readFileSync(`${folder}expected/${channel}.json`, 'utf8')) as Readonly<Record<string, Expected>>
}

/** The body as a channel posts it. Those of Twilio were collected with what is known of their request. */
export function bodyOf(channel: string, name: string): unknown {
  const body: unknown = JSON.parse(textOf(channel, name))
  return channel === 'twilio' ? Object(body).params : body
}

/** The options with which a body is read. */
export function optionsOf(channel: string, name: string): NormalizeOptions {
  const oaId = routes[`${channel}/${name}`] ?? channels[channel]?.oaId
  return oaId === undefined ? {} : { oaId }
}
