/** The route of metrics. */
import type { FastifyInstance } from 'fastify';
import type { MetricsPage } from '../model/metrics-page.ts';

export function addMetricsRoute(app: FastifyInstance, metrics: MetricsPage): void {
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await metrics.render();
    return reply.type(contentType).send(text);
  });
}
