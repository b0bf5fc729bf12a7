import type { AttachmentInput } from '../../model/event-inputs.js'
import { limits } from '../../model/limits.js'
import { field, present, stringField } from '../reading/fields.js'

const types: Readonly<Record<string, string>> = {
  imageMessage: 'image',
  videoMessage: 'video',
  ptvMessage: 'video',
  audioMessage: 'audio',
  documentMessage: 'document',
  stickerMessage: 'sticker',
}

/**
 * Reads a file. WhatsApp's own URL leads to encrypted bytes, and the key beside it opens them, so the key is not kept.
 * `mediaUrl` is where Evolution has stored the file, if it does.
 */
export function readFile(name: string, given: unknown, mediaUrl: string | null): AttachmentInput {
  const fileName = stringField(given, 'fileName')
  const [seconds, ptt] = [field(given, 'seconds'), field(given, 'ptt')]
  return {
    type: types[name] ?? 'unknown',
    url: mediaUrl ?? stringField(given, 'url'),
    name: fileName !== null && Buffer.byteLength(fileName) <= limits.nameBytes ? fileName : null,
    payload: present({
      mimeType: stringField(given, 'mimetype'),
      seconds: typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : null,
      voice: ptt === true || null,
    }),
  }
}

export function readPlace(given: unknown): AttachmentInput {
  const [lat, lng] = [field(given, 'degreesLatitude'), field(given, 'degreesLongitude')]
  const known = typeof lat === 'number' && typeof lng === 'number' && Number.isFinite(lat) && Number.isFinite(lng)
  const words = { name: stringField(given, 'name'), address: stringField(given, 'address') }
  return { type: 'location', payload: present({ ...(known && { lat, lng }), ...words }) }
}

/** Contact cards are shared by a customer, and say nothing of who the customer is. */
export function readContacts(cards: readonly unknown[]): AttachmentInput {
  const contacts = cards.flatMap(
    (card) => present({ displayName: stringField(card, 'displayName'), vcard: stringField(card, 'vcard') }) ?? [],
  )
  return { type: 'contacts', payload: { contacts } }
}
