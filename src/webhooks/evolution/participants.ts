import type { CustomerIdentity } from '../../model/identities.js'
import { field, type Refused, readId } from '../reading/fields.js'
import type { ItemContext } from '../reading/item-context.js'

export type EvolutionContext = ItemContext & { readonly customerId: string }

/** The instance that a body comes from. */
export interface EvolutionInbox {
  /** Its name. */
  readonly oaId: string
  /** Its own number; null when the body does not say it. */
  readonly ownNumber: string | null
}

/** Versions of Evolution call the other address of a chat differently. */
const chatFields = ['remoteJid', 'remoteJidAlt'] as const
/** These are of whoever wrote, so of the inbox itself where the inbox wrote. */
const senderFields = ['senderPn', 'senderLid'] as const

/**
 * Reads whose chat a key belongs to. A chat has the address of the customer, as a number or as an `@lid`, and newer
 * versions name the other one beside it. The number is the customer's id where there is one.
 */
export function readChat(key: unknown, { oaId, ownNumber }: EvolutionInbox): EvolutionContext | Refused | { readonly ignored: string } {
  const identities: CustomerIdentity[] = []
  const fromInbox = field(key, 'fromMe') === true || field(key, 'fromMe') === 'true'
  for (const name of fromInbox ? chatFields : [...chatFields, ...senderFields]) {
    const read = readId(field(key, name), name)
    if (read === null) continue
    if ('refused' in read) return read
    const kind = chatKind(read.id)
    if (name === 'remoteJid' && kind !== null) return { ignored: kind }
    const identity = identityOf(read.id)
    if (identity !== null && identity.id !== ownNumber && identities.every((each) => each.kind !== identity.kind)) identities.push(identity)
  }
  if ((field(key, 'remoteJid') ?? null) === null) return { refused: 'key.remoteJid is missing' }
  const first = identities.find(({ kind }) => kind === 'phone') ?? identities[0]
  if (first === undefined) return { ignored: 'a chat with nobody whose address is known' }
  return {
    oaId,
    customerId: first.id,
    provider: 'evolution',
    identities: [first, ...identities.filter((each) => each !== first)],
    fromInbox,
    standby: false,
    occurredAt: null,
  }
}

function chatKind(address: string): string | null {
  if (address.endsWith('@g.us')) return 'group (@g.us)'
  if (address === 'status@broadcast') return 'status@broadcast'
  if (address.endsWith('@broadcast')) return 'a broadcast list'
  return address.endsWith('@newsletter') ? 'a channel (@newsletter)' : null
}

/** The number of an address; null when it has none. */
export function numberOf(address: string | null): string | null {
  const identity = address === null ? null : identityOf(address)
  return identity?.kind === 'phone' ? identity.id : null
}

/** An address may name a device of the person after a colon. */
function identityOf(address: string): CustomerIdentity | null {
  const [, name = '', server = ''] = /^\+?([^@:]+)(?::\d+)?(?:@(.+))?$/.exec(address) ?? []
  if (server === 'lid') return { id: `${name}@lid`, kind: 'lid' }
  const isNumber = /^\d+$/.test(name) && ['', 's.whatsapp.net', 'c.us'].includes(server)
  return isNumber ? { id: name, kind: 'phone' } : null
}
