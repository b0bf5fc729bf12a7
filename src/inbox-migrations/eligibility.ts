import { ConversationStoreError } from '../model/errors.js'
import type { Inbox } from '../model/inboxes.js'

/** What eligibility is told by. */
export type InboxTraits = Pick<Inbox, 'oaId' | 'channel' | 'provider' | 'metadata' | 'status'>

/**
 * The family of an inbox: people may move between two inboxes of one family. Null for an inbox of none. A host that
 * moves other inboxes than WhatsApp's gives a function of its own.
 */
export type InboxFamily = (inbox: InboxTraits) => string | null

const providersOfWhatsApp = ['evolution', 'whatsapp_cloud', '360dialog', 'default', 'twilio']

/**
 * `whatsapp` for the inboxes that carry WhatsApp: Evolution on the channel `whatsapp`, or on `api` with its instance's
 * name in the metadata, the Cloud API, 360dialog (also under the name `default`), and Twilio where its medium is
 * WhatsApp. Null for every other one.
 */
export const whatsAppFamily: InboxFamily = ({ channel, provider, metadata }) => {
  const instance = metadata?.evolution_instance_name
  const isEvolutionApi =
    channel === 'api' && (provider === null || provider === 'evolution') && typeof instance === 'string' && instance !== ''
  if (isEvolutionApi) return 'whatsapp'
  if (channel !== 'whatsapp' || provider === null || !providersOfWhatsApp.includes(provider)) return null
  const medium = metadata?.medium ?? 'whatsapp'
  return provider === 'twilio' && medium !== 'whatsapp' ? null : 'whatsapp'
}

/** Why nobody can move from one inbox to the other, in words, or null when they can. */
export function ineligibility(source: InboxTraits, destination: InboxTraits, family: InboxFamily = whatsAppFamily): string | null {
  if (source.oaId === destination.oaId) return 'both are the same inbox'
  const from = family(source)
  if (from === null) return `nobody can move out of ${inWords(source)}`
  const to = family(destination)
  if (to === null) return `nobody can move into ${inWords(destination)}`
  if (from !== to) return `${inWords(source)} and ${inWords(destination)} are of different families`
  return destination.status === 'connected' ? null : `${inWords(destination)} is disconnected`
}

/** Throws INBOX_NOT_ELIGIBLE. */
export function requireEligible(source: InboxTraits, destination: InboxTraits, family: InboxFamily): void {
  const reason = ineligibility(source, destination, family)
  if (reason === null) return
  const { oaId: sourceOaId } = source
  throw new ConversationStoreError('INBOX_NOT_ELIGIBLE', { reason, sourceOaId, destinationOaId: destination.oaId })
}

function inWords({ oaId, channel, provider }: InboxTraits): string {
  return `${oaId} (${provider === null ? channel : `${provider} on ${channel}`})`
}
