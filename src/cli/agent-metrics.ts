/** The metrics of a running agent. */
import type { AgentApi } from '../model/agent-api.ts';
import type { MetricsPage } from '../model/metrics-page.ts';

/** The room is loaded when somebody asks for the first time: most agents are never scraped. */
export function metricsOf(agent: AgentApi, hasTetragonNames: boolean): MetricsPage {
  let page: Promise<MetricsPage> | undefined;
  const load = async (): Promise<MetricsPage> => {
    const { createMetricsPage } = await import('../metrics/index.ts');
    return createMetricsPage({
      readFacts: () => ({
        version: agent.version(),
        kernel: agent.kernel(),
        stats: agent.stats(),
        policies: agent.policies(),
      }),
      hasTetragonNames,
    });
  };
  return {
    async render() {
      page ??= load();
      return (await page).render();
    },
  };
}
