import type { AttachmentInput } from '../../../model/event-inputs.js'
import { limits } from '../../../model/limits.js'
import { field, storableObject, stringField } from '../fields.js'
import type { Content } from './whatsapp-context.js'

const mediaTypes = ['image', 'video', 'audio', 'voice', 'document', 'sticker']

export function isMedia(type: string): boolean {
  return mediaTypes.includes(type)
}

/** Reads a file. Its `id` is good for longer than its URL, which needs the token of the inbox and soon expires. */
export function readMedia(type: string, given: unknown): Content {
  const name = stringField(given, 'filename')
  const attachment: AttachmentInput = {
    type,
    url: stringField(given, 'url') ?? stringField(given, 'link'),
    name: name !== null && Buffer.byteLength(name) <= limits.nameBytes ? name : null,
    payload: storableObject(given, ['url', 'link', 'caption', 'filename']),
  }
  return { text: stringField(given, 'caption') ?? '', attachments: [attachment] }
}

/** WhatsApp has words of its own for the coordinates, and 0/0 is a place. */
export function readLocation(given: unknown): AttachmentInput {
  const [lat, lng] = [field(given, 'latitude'), field(given, 'longitude')]
  const place = storableObject(given, ['latitude', 'longitude'])
  const known = typeof lat === 'number' && typeof lng === 'number' && Number.isFinite(lat) && Number.isFinite(lng)
  return { type: 'location', payload: known ? { ...place, lat, lng } : storableObject(given) }
}
