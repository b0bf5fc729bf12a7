/** What this example uses of a host's Prisma client, of any version. */
interface HostPrisma {
  readonly conversation: {
    findFirst(query: {
      where: Customer & { status: { in: ['OPEN', 'SNOOZED'] } }
      orderBy: { lastMessageAt: 'desc' }
    }): Promise<HostConversation | null>
    create(query: { data: Customer & { lastMessageAt: Date } }): Promise<HostConversation>
  }
}

interface Customer {
  pageConnectionId: string
  psid: string
}

interface HostConversation {
  readonly id: string
  readonly status: string
}

/** Returns the active conversation of a customer, and opens one if there is none. Call it outside a transaction. */
export async function openConversation(
  prisma: HostPrisma,
  { pageConnectionId, psid }: Customer,
): Promise<HostConversation> {
  const customer = { pageConnectionId, psid }
  for (;;) {
    const found = await prisma.conversation.findFirst({
      where: { ...customer, status: { in: ['OPEN', 'SNOOZED'] } },
      orderBy: { lastMessageAt: 'desc' },
    })
    if (found !== null) return found
    try {
      return await prisma.conversation.create({ data: { ...customer, lastMessageAt: new Date() } })
    } catch (error) {
      // Another message opened it at the same moment: it is read. If it was closed meanwhile, the loop opens another.
      if (Reflect.get(Object(error), 'code') !== 'P2002') throw error
    }
  }
}
