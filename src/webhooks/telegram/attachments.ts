import type { AttachmentInput } from '../../model/event-inputs.js'
import { limits } from '../../model/limits.js'
import { field, isRecord, storableObject, stringField } from '../reading/fields.js'

/** The files by their fields. An animation comes as a `document` as well, so it stands before it. */
const fileFields = ['animation', 'video', 'audio', 'voice', 'video_note', 'document', 'sticker'] as const
/** What else a message can be. A `venue` comes as a `location` as well. */
const otherFields = ['contact', 'dice', 'game', 'poll', 'story', 'invoice', 'successful_payment', 'paid_media', 'giveaway'] as const

/** Reads what a message holds beside its text. A `file_id` is good for this bot alone, and Telegram gives no URL. */
export function readAttachments(message: unknown): readonly AttachmentInput[] {
  const photo = readPhoto(field(message, 'photo'))
  if (photo !== null) return [photo]
  const file = fileFields.find((name) => isRecord(field(message, name)))
  if (file !== undefined) return [readFile(file, field(message, file))]
  const place = readPlace(message)
  if (place !== null) return [place]
  const other = otherFields.find((name) => isRecord(field(message, name)))
  return other === undefined ? [] : [{ type: other, payload: storableObject(field(message, other)) }]
}

function readFile(type: string, given: unknown): AttachmentInput {
  const name = stringField(given, 'file_name')
  return {
    type,
    name: name !== null && Buffer.byteLength(name) <= limits.nameBytes ? name : null,
    payload: storableObject(given, ['file_name', 'thumbnail', 'thumb']),
  }
}

/** A photo is told in several sizes, of which the largest is the last. */
function readPhoto(sizes: unknown): AttachmentInput | null {
  if (!Array.isArray(sizes)) return null
  const largest: unknown = sizes.filter(isRecord).at(-1)
  return largest === undefined ? null : { type: 'image', payload: storableObject(largest) }
}

function readPlace(message: unknown): AttachmentInput | null {
  const venue = field(message, 'venue')
  const location = field(venue, 'location') ?? field(message, 'location')
  const [lat, lng] = [field(location, 'latitude'), field(location, 'longitude')]
  if (typeof lat !== 'number' || typeof lng !== 'number' || !Number.isFinite(lat) || !Number.isFinite(lng)) return null
  return { type: 'location', payload: { ...storableObject(venue, ['location']), lat, lng } }
}
