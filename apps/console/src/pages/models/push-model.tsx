import { Button, Progress, Stack, TextInput } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type DragEvent, useRef, useState } from 'react';
import { ErrorNote } from '../../parts/error-note.tsx';
import { formatBytes, formatShare } from '../../parts/format-value.ts';
import { MeaningMark } from '../../parts/meaning.tsx';
import { Section } from '../../parts/section.tsx';
import classes from './models.module.css';
import { pushFile } from './push-file.ts';

/** Pushes an ONNX file by drag and drop or by choosing it; it is checked before anything is stored. */
export function PushModel({ model }: { model?: string }) {
  const client = useQueryClient();
  const chooser = useRef<HTMLInputElement>(null);
  const [name, setName] = useState(model ?? '');
  const [file, setFile] = useState<File | null>(null);
  const [over, setOver] = useState(false);
  const [share, setShare] = useState(0);
  const push = useMutation({
    mutationFn: (chosen: File) => pushFile(name, chosen, undefined, setShare),
    onMutate: () => setShare(0),
    onSuccess: () => client.invalidateQueries({ queryKey: ['listResources'] }),
  });
  const choose = (chosen: File | null | undefined) => {
    if (chosen == null) return;
    setFile(chosen);
    push.reset();
    if (name === '') setName(nameFrom(chosen.name));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    choose(event.dataTransfer.files[0]);
  };
  return (
    <Section
      title={model === undefined ? 'Push a model' : 'Push the next version'}
      note="ONNX only; checked before it is stored"
    >
      <Stack gap="sm" maw={560}>
        {model === undefined && (
          <TextInput
            label="Name of the model"
            description="Lower-case letters, digits and hyphens"
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <button
          type="button"
          className={classes['drop']}
          data-over={over}
          onClick={() => chooser.current?.click()}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <IconUpload size={20} aria-hidden />
          {file === null ? 'Drop an .onnx file here, or choose one' : `${file.name} (${formatBytes(file.size)})`}
        </button>
        <input
          ref={chooser}
          type="file"
          accept=".onnx"
          hidden
          aria-label="ONNX file"
          onChange={(event) => choose(event.currentTarget.files?.[0])}
        />
        {push.isPending && <Progress value={share * 100} aria-label={`Sent ${formatShare(share)}`} />}
        {push.isError && <ErrorNote error={push.error} />}
        {push.isSuccess && (
          <div role="status">
            <MeaningMark meaning="good">{push.data.alreadyThere ? 'was already there' : 'stored'}</MeaningMark>{' '}
            <Link to="/models/$model" params={{ model: push.data.model }} search={{ version: push.data.version }}>
              {push.data.model} version {push.data.version}
            </Link>
            . Flows use it once an alias points at it.
          </div>
        )}
        <Button
          size="sm"
          disabled={file === null || name === ''}
          loading={push.isPending}
          onClick={() => file !== null && push.mutate(file)}
          style={{ justifySelf: 'start', alignSelf: 'start' }}
        >
          Push
        </Button>
      </Stack>
    </Section>
  );
}

function nameFrom(file: string): string {
  return file
    .replace(/\.onnx$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63);
}
