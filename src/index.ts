export default {
  async fetch(): Promise<Response> {
    return new Response('Dawr')
  },
} satisfies ExportedHandler<Env>
