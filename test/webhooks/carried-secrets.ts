export const secret = 'c4n4ry-0f-4-s3cr3t'

/** The secrets that bodies carry, in every object of a body: whatever is copied from it is copied with them. */
const carried = {
  apikey: secret,
  access_token: secret,
  replyToken: secret,
  token: secret,
  authorization_code: secret,
  account_linking: { status: 'linked', authorization_code: secret },
  mediaKey: secret,
  notification_messages_token: secret,
  next: `https://graph.example.test/v25.0/1/messages?access_token=${secret}&after=x`,
}

/** A body in which every object carries the secrets. */
export function withSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSecrets)
  if (typeof value !== 'object' || value === null) return value
  const inside = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withSecrets(member)]))
  return { ...carried, ...inside }
}
