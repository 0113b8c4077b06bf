import { Background, Controls, Handle, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useComputedColorScheme } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { FlowSpec } from '../../../../../contracts/kinds/flow.ts';
import { Column, Columns } from '../../parts/columns.tsx';
import { Section } from '../../parts/section.tsx';
import classes from './flow.module.css';
import { type FlowBox, layOutFlow } from './flow-graph.ts';
import { StepFacts } from './step-facts.tsx';
import { stepIcon } from './step-icon.tsx';

const BESIDE_PX = 188;
const LEVEL_PX = 92;

/** The flow as boxes and lines; choosing a box shows its settings beside it. */
export default function FlowDrawing({ spec }: { spec: FlowSpec }) {
  const { step } = useSearch({ strict: false });
  const navigate = useNavigate();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const boxes = useMemo(() => layOutFlow(spec), [spec]);
  const nodes = boxes.map((box) => ({
    id: box.id,
    type: 'box' as const,
    position: { x: (box.place - (box.beside - 1) / 2) * BESIDE_PX, y: box.level * LEVEL_PX },
    data: { box },
    selected: box.id === step,
    ariaLabel: `${box.kind} ${box.id}: ${box.detail}`,
  }));
  const edges = boxes.flatMap(({ id, reads }) =>
    reads.map((from) => ({
      id: `${from} ${id}`,
      source: from,
      target: id,
      className: from === step || id === step ? (classes['lit'] ?? '') : '',
    })),
  );
  const choose = (id: string | undefined) =>
    void navigate({ to: '.', search: (before) => ({ ...before, step: id }), replace: true });
  return (
    <Columns>
      <Column span={8}>
        <Section flush>
          <section className={classes['drawing']} aria-label="Drawing of the flow">
            <ReactFlow
              nodes={nodes}
              edges={edges}
              nodeTypes={boxTypes}
              colorMode={scheme}
              fitView
              fitViewOptions={{ padding: 0.06, maxZoom: 1 }}
              minZoom={0.2}
              nodesDraggable={false}
              nodesConnectable={false}
              edgesFocusable={false}
              deleteKeyCode={null}
              zoomOnScroll={false}
              preventScrolling={false}
              onNodeClick={(_event, node) => choose(node.id)}
              onPaneClick={() => choose(undefined)}
              onSelectionChange={({ nodes: [selected] }) => {
                if (selected !== undefined && selected.id !== step) choose(selected.id);
              }}
              proOptions={{ hideAttribution: true }}
            >
              <Background gap={16} />
              <Controls showInteractive={false} />
            </ReactFlow>
          </section>
        </Section>
      </Column>
      <Column span={4}>
        <StepFacts spec={spec} boxes={boxes} chosen={step} onChoose={choose} />
      </Column>
    </Columns>
  );
}

const boxTypes = { box: Box };

function Box({ data: { box }, selected }: NodeProps<Node<{ box: FlowBox }>>) {
  return (
    <div className={classes['box']} data-kind={box.kind} data-selected={selected || undefined}>
      {box.reads.length > 0 && <Handle type="target" position={Position.Top} isConnectable={false} />}
      <small>
        {stepIcon(box.kind)} {box.kind}
      </small>
      <strong>{box.id}</strong>
      <span>{box.detail}</span>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
}
