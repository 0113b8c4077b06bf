import { PageHead } from '../../parts/page-head.tsx';
import { TabsInAddress } from '../../parts/tabs-in-address.tsx';
import { ApiTokens } from './api-tokens.tsx';
import { EnrolNode } from './enrol-node.tsx';
import { Person } from './person.tsx';

/** Who am I, and what lets programs and nodes in? */
export default function SettingsPage() {
  return (
    <>
      <PageHead title="Settings" />
      <TabsInAddress
        label="Settings"
        tabs={[
          { value: 'person', label: 'You', show: () => <Person /> },
          { value: 'enrol', label: 'Enrol a node', show: () => <EnrolNode /> },
          { value: 'tokens', label: 'API tokens', show: () => <ApiTokens /> },
        ]}
      />
    </>
  );
}
