import { HistoryOf } from '../../parts/history-of.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { TabsInAddress } from '../../parts/tabs-in-address.tsx';
import { Timeline } from './timeline.tsx';

/** What happened, and who changed what? */
export default function EventsPage() {
  return (
    <>
      <PageHead title="Events" />
      <TabsInAddress
        label="Events"
        tabs={[
          { value: 'timeline', label: 'Timeline', show: () => <Timeline /> },
          { value: 'changes', label: 'Changes', show: () => <HistoryOf /> },
        ]}
      />
    </>
  );
}
