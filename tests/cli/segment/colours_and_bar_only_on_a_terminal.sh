cat >terminal.py <<'END'
import os, pty, subprocess, sys
ours, theirs = pty.openpty()
program = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
os.close(theirs)
text = b''
try:
    while data := os.read(ours, 65536):
        text += data
except OSError:  # how a terminal says that nobody is there any more
    pass
print('colours,' if b'\033[48;2;' in text else 'plain,', 'bar,' if b'\r\033[K[' in text else 'no bar,',
      'table' if b'%  ' in text else 'no table', program.wait())
END
run()
{
    python3 terminal.py volo-segment -m "$FIXTURES/tiny.safetensors" "$FIXTURES/grey.ppm" "$@"
}
export TERM=xterm
run
NO_COLOR= run
NO_COLOR=1 run
run --no-color
run --progress none
run --progress plain
run -q
TERM=dumb run
volo-segment -m "$FIXTURES/tiny.safetensors" "$FIXTURES/grey.ppm" 2>&1 | grep -c "$(printf '\033')"
true
