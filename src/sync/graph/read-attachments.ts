import type { AttachmentInput } from '../../model/event-inputs.js'
import { limits } from '../../model/limits.js'
import { field, idText, isRecord, listField, present, storableObject, stringField } from '../../webhooks/reading/fields.js'

/**
 * Reads the files, the sticker, the shares and the story of a message. Their forms are an open set, so one that is not
 * known is kept as `unknown`. A message has at most 100.
 */
export function readAttachments(message: unknown): readonly AttachmentInput[] {
  const sticker = stringField(message, 'sticker')
  const mention = field(field(message, 'story'), 'mention')
  const read: readonly AttachmentInput[] = [
    ...(sticker ? [{ type: 'sticker', url: sticker }] : []),
    ...listField(field(message, 'attachments'), 'data').filter(isRecord).map(readFile),
    ...listField(field(message, 'shares'), 'data').filter(isRecord).map(readShare),
    ...(isRecord(mention)
      ? [{ type: 'story_mention', url: stringField(mention, 'link'), payload: present({ id: idText(mention.id) }) }]
      : []),
  ]
  // A sticker is told as a file too, by the same URL.
  const once = read.filter(({ url }, index) => url == null || read.findIndex((other) => other.url === url) === index)
  return once.slice(0, limits.attachments)
}

/** The parts of an attachment that hold its file, and what kind of file that is. */
const files: readonly (readonly [part: string, type: string])[] = [
  ['image_data', 'image'],
  ['video_data', 'video'],
  ['audio_data', 'audio'],
]

function readFile(attachment: unknown): AttachmentInput {
  const [part, type] = files.find(([name]) => isRecord(field(attachment, name))) ?? [null, null]
  const data = part === null ? null : field(attachment, part)
  const template = storableObject(field(attachment, 'generic_template'))
  const size = field(attachment, 'size')
  return {
    type: type ?? (template === null ? typeByMime(attachment) : 'template'),
    url: stringField(data, 'url') ?? stringField(attachment, 'file_url') ?? stringField(attachment, 'url'),
    name: shortText(attachment, 'name'),
    payload: present({
      id: idText(field(attachment, 'id')),
      mimeType: shortText(attachment, 'mime_type'),
      size: typeof size === 'number' && Number.isSafeInteger(size) ? size : null,
      template,
    }),
  }
}

function typeByMime(attachment: unknown): string {
  const [, kind] = /^(image|video|audio)\//.exec(stringField(attachment, 'mime_type') ?? '') ?? []
  return kind ?? (stringField(attachment, 'file_url') === null ? 'unknown' : 'file')
}

function readShare(share: unknown): AttachmentInput {
  return {
    type: 'share',
    url: stringField(share, 'link'),
    name: shortText(share, 'name'),
    payload: present({ id: idText(field(share, 'id')), description: shortText(share, 'description') }),
  }
}

function shortText(value: unknown, name: string): string | null {
  const found = stringField(value, name)
  return found !== null && Buffer.byteLength(found) <= limits.nameBytes ? found : null
}
