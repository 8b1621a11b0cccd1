cd /tmp/exp4; . ./cp.sh
for i in all-bytes ../exp/ix-all; do $J -cp "$CP" io.curlew.demo.SearchSpeed $i 2>/dev/null; done
