import { field, readId, stringField } from '../fields.js'

/** The inbox to which a part of a body belongs. */
export interface WhatsappInbox {
  /** The phone number id. The display number can change, and the id of the business account has many numbers. */
  readonly oaId: string
  /** The digits of its own number; null when the body does not say it. */
  readonly ownNumber: string | null
  readonly provider: string
  readonly standby: boolean
}

/** Who carries a body, and the inbox that the host names for bodies that name none. */
export interface WhatsappSource {
  readonly provider: string
  readonly oaId?: string | undefined
}

/** Reads the inbox of a change. A handover calls its metadata `recipient`. */
export function readInbox(value: unknown, { provider, oaId }: WhatsappSource): WhatsappInbox | null {
  const metadata = field(value, 'metadata') ?? field(value, 'recipient')
  const named = readId(field(metadata, 'phone_number_id'), 'phone_number_id')
  const own = named !== null && 'id' in named ? named.id : oaId
  if (own === undefined) return null
  const digits = stringField(metadata, 'display_phone_number')?.replace(/\D/g, '') ?? ''
  return { oaId: own, ownNumber: digits === '' ? null : digits, provider, standby: false }
}
