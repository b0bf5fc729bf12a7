import type { AttachmentInput } from '../../../model/event-inputs.js'
import type { JsonObject } from '../../../model/json.js'
import { limits } from '../../../model/limits.js'
import { field, idText, present, storableObject, stringField } from '../fields.js'

/**
 * Reads the attachments of a message. The types are an open set, so a type that is not known is kept as it is.
 * Messenger tells a sticker twice, as a `sticker` and, for readers of the older form, as an `image` with the same
 * sticker id: it is one attachment.
 */
export function readAttachments(message: unknown): readonly AttachmentInput[] {
  const given = field(message, 'attachments')
  const messageSticker = idText(field(message, 'sticker_id'))
  if (!Array.isArray(given)) return messageSticker === null ? [] : [sticker(undefined, messageSticker)]
  const attachments = given.map((attachment) => readAttachment(attachment, messageSticker))
  const once = attachments.filter((attachment, index) => !attachments.slice(0, index).some((former) => isSameSticker(attachment, former)))
  return withoutSharedPosts(once)
}

/** From November 2025 to April 2026 Instagram told a shared post twice, as a `share` and as an `ig_post`. */
function withoutSharedPosts(attachments: readonly AttachmentInput[]): readonly AttachmentInput[] {
  const posts = attachments.filter(({ type }) => type === 'ig_post')
  const shares = attachments.filter(({ type }) => type === 'share')
  const isPair = posts.length === 1 && shares.length === 1
  return attachments.filter(({ type, url }) => type !== 'share' || !(isPair || posts.some((post) => url !== null && post.url === url)))
}

function isSameSticker(attachment: AttachmentInput, other: AttachmentInput): boolean {
  return attachment.type === 'sticker' && other.type === 'sticker' && attachment.payload?.stickerId === other.payload?.stickerId
}

function readAttachment(attachment: unknown, messageSticker: string | null): AttachmentInput {
  const type = stringField(attachment, 'type') || 'unknown'
  // Messenger sends a sticker with the type `image`.
  const stickerId = idText(field(field(attachment, 'payload'), 'sticker_id')) ?? (type === 'image' ? messageSticker : null)
  if (stickerId !== null) return sticker(attachment, stickerId)
  const title = stringField(attachment, 'title')
  const fits = title !== null && Buffer.byteLength(title) <= limits.nameBytes
  return {
    type,
    url: attachmentUrl(attachment),
    name: fits ? title : null,
    payload: type === 'location' ? readLocation(attachment) : readPayload(attachment),
  }
}

function sticker(attachment: unknown, stickerId: string): AttachmentInput {
  return { type: 'sticker', url: attachmentUrl(attachment), name: null, payload: { stickerId } }
}

function attachmentUrl(attachment: unknown): string | null {
  return stringField(field(attachment, 'payload'), 'url') ?? stringField(attachment, 'url')
}

/** Messenger calls the longitude `long`. The coordinates 0/0 are valid. */
function readLocation(attachment: unknown): JsonObject | null {
  const coordinates = field(field(attachment, 'payload'), 'coordinates')
  const [lat, lng] = [field(coordinates, 'lat'), field(coordinates, 'long')]
  return isFiniteNumber(lat) && isFiniteNumber(lng) ? { lat, lng } : readPayload(attachment)
}

function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value)
}

/** Reads the payload of any other attachment. The payload of a fallback is null, a string or an object. */
function readPayload(attachment: unknown): JsonObject | null {
  const payload = field(attachment, 'payload')
  return typeof payload === 'string' ? present({ value: payload }) : storableObject(payload, ['url'])
}
