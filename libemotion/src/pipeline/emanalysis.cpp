#include "emotion/emanalysis.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "base/check.hpp"
#include "base/thread_limit.hpp"
#include "emotion/model_card.hpp"
#include "emotion/model_store.hpp"
#include "emotion/smoothing.hpp"
#include "emotion/threads.hpp"
#include "pipeline/bounded_queue.hpp"
#include "pipeline/frame_part.hpp"
#include "pipeline/in_order.hpp"
#include "pipeline/track_log.hpp"

namespace emotion {
namespace {

constexpr double kReadWait_s = 0.1;  // how soon a waiting reader sees stop()

/// A frame on its way through the stages.
struct Work {
    VideoFrame frame;
    bool looked = true;
    std::vector<Face> faces;
};

/// A face that is half hidden has a low score, but goes on with its track: the detector is asked for it, and what it
/// would have found by itself makes the tracker's high score.
FaceDetectorOptions set_scores(EmanalysisOptions& options) {
    options.validate();
    const auto& given = options.detector.min_score;
    options.tracking.high_score =
        given ? *given
              : static_cast<float>(read_model_card(find_model(options.detector.model)).defaults.at("min_score"));
    options.tracking.validate();
    FaceDetectorOptions detector = options.detector;
    detector.min_score = options.tracking.low_score = options.tracking.lowest_score();
    return detector;
}

std::optional<EmotionClassifier> make_classifier(const EmanalysisOptions& options) {
    if (options.headcount_only) return std::nullopt;
    return EmotionClassifier(options.classifier);
}

std::shared_ptr<VideoSource> checked(std::shared_ptr<VideoSource> source) {
    require(source != nullptr, "Emanalysis: there is no source");
    return source;
}

}  // namespace

void EmanalysisOptions::validate() const {
    detector.validate();
    classifier.validate();
    TrackerOptions follows = tracking;
    follows.high_score = detector.min_score.value_or(1.0f);  // else the card's, which is not known here
    follows.validate();
    front.validate();
    require(every_nth_frame >= 1, "Emanalysis: every_nth_frame must be at least 1, got {}", every_nth_frame);
    require(detect_every >= 1, "Emanalysis: detect_every must be at least 1, got {}", detect_every);
    if (stop_after_s) require(*stop_after_s > 0, "Emanalysis: stop_after_s must be above 0, got {}", *stop_after_s);
    require(std::isfinite(smoothing_s) && smoothing_s >= 0, "Emanalysis: smoothing_s must be at least 0, got {}",
            smoothing_s);
    if (region)
        require(region->area() > 0 && std::isfinite(region->area()),
                "Emanalysis: the region must be finite and have an area, got ({}, {}, {}, {})", region->x1, region->y1,
                region->x2, region->y2);
    require(std::isfinite(timeline_interval_s) && timeline_interval_s > 0,
            "Emanalysis: timeline_interval_s must be above 0, got {}", timeline_interval_s);
    require(queue_size >= 1, "Emanalysis: queue_size must be at least 1, got {}", queue_size);
}

struct Emanalysis::Impl {
    Impl(std::shared_ptr<VideoSource> video, const EmanalysisOptions& given)
        : options(given),
          source(checked(std::move(video))),
          detector(set_scores(options)),
          classifier(make_classifier(options)),
          labels(classifier ? classifier->labels() : std::vector<std::string>{}),
          tracker(options.tracking),
          smoother(given.smoothing_s),
          found(static_cast<std::size_t>(given.queue_size)),
          frames(static_cast<std::size_t>(given.queue_size)),
          results(static_cast<std::size_t>(given.queue_size)),
          timeline(labels, given.timeline_interval_s) {}

    ~Impl() { cancel(); }

    void cancel() {
        source->stop();
        frames.cancel();
        found.cancel();
        results.cancel();
        for (std::thread& thread : threads)
            if (thread.joinable()) thread.join();
    }

    std::optional<FrameResult> give(std::optional<FrameResult> result);

    void start() {
        threads.emplace_back([this] { stage([this] { read_all(); }, frames); });
        threads.emplace_back([this] { stage([this] { detect_all(); }, found, frames); });
        threads.emplace_back([this] { stage([this] { classify_all(); }, results, found, frames); });
    }

    /// Runs a stage. At its end, or when it throws, the next one works off what it was given and ends too; the stages
    /// before it, which fill `before`, end because nobody takes from them any more.
    template <class Call, class Out, class... Before>
    void stage(Call&& call, BoundedQueue<Out>& out, BoundedQueue<Before>&... before) {
        try {
            call();
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!error) error = std::current_exception();
        }
        source->stop();
        (before.finish(), ...);
        out.finish();
    }

    void read_all();
    bool is_over(const VideoFrame& frame);
    void detect_all();
    bool detect_next();
    std::vector<Face> detect(const Image& image);
    void classify_all();
    FrameResult classify(Work work);

    EmanalysisOptions options;
    std::shared_ptr<VideoSource> source;
    FaceDetector detector;
    std::optional<EmotionClassifier> classifier;
    std::vector<std::string> labels;
    Tracker tracker;
    EmotionSmoother smoother;

    BoundedQueue<Work> found;
    BoundedQueue<VideoFrame> frames;
    BoundedQueue<FrameResult> results;
    InOrder<Work> found_in_order{found, options.queue_size};
    std::mutex take_mutex;  // guards taken, and the order of the frames
    std::int64_t taken = 0;
    std::atomic<int> detecting{0};
    std::vector<std::thread> threads;
    std::atomic<bool> stopped{false};
    std::chrono::steady_clock::time_point started;
    std::optional<double> first_time_s;

    mutable std::mutex mutex;  // guards what follows
    std::exception_ptr error;
    Timeline timeline;
    TrackLog log;
    std::int64_t analyzed = 0;
};

void Emanalysis::Impl::read_all() {
    started = std::chrono::steady_clock::now();
    bool after_gap = false;  // of a frame that is left out: the next one that is not says it
    for (std::int64_t count = 0; !stopped;) {
        std::optional<VideoFrame> frame = source->read(kReadWait_s);
        if (!frame) {
            if (source->ended() || is_over({})) return;
            continue;
        }
        after_gap = after_gap || frame->after_gap;
        if (count++ % options.every_nth_frame != 0) continue;
        frame->after_gap = std::exchange(after_gap, false);
        if (is_over(*frame) || !frames.push(std::move(*frame))) return;
    }
}

bool Emanalysis::Impl::is_over(const VideoFrame& frame) {
    if (!options.stop_after_s) return false;
    if (source->properties().is_live) {
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started;
        return passed.count() >= *options.stop_after_s;
    }
    if (frame.image.empty()) return false;
    if (!first_time_s) first_time_s = frame.time_s;
    return frame.time_s - *first_time_s >= *options.stop_after_s;
}

/// Where frames wait, several are looked at together, each by a thread of its own: threads that share one picture wait
/// for each other at every layer of the network.
void Emanalysis::Impl::detect_all() {
    std::exception_ptr first;
    std::mutex first_mutex;
    auto work = [&] {
        try {
            while (detect_next()) {
            }
        } catch (...) {
            frames.cancel();  // the others are not to wait for a frame of a camera that stalls
            const std::lock_guard lock(first_mutex);
            if (!first) first = std::current_exception();
        }
    };
    std::vector<std::thread> others;
    try {
        for (int i = 1; i < std::min(num_threads(), options.queue_size); ++i) others.emplace_back(work);
    } catch (const std::system_error&) {
        // No more threads to be had: this one does without.
    }
    work();
    for (std::thread& thread : others) thread.join();
    if (first) std::rethrow_exception(first);
}

/// Takes a frame, looks for faces and passes it on; false at the end.
bool Emanalysis::Impl::detect_next() {
    std::unique_lock lock(take_mutex);
    std::optional<VideoFrame> frame = frames.pop();
    if (!frame) return false;
    const std::int64_t number = taken++;
    lock.unlock();
    Work work{std::move(*frame), number % options.detect_every == 0, {}};
    try {
        if (work.looked) work.faces = detect(work.frame.image);
        return found_in_order.push(number, std::move(work));
    } catch (...) {
        found_in_order.end_before(number);
        throw;
    }
}

std::vector<Face> Emanalysis::Impl::detect(const Image& image) {
    struct Busy {
        std::atomic<int>& count;
        const int before = count++;
        ~Busy() { --count; }
    } busy{detecting};
    const ThreadLimit limit(busy.before == 0 ? num_threads() : 1);
    const Part part = part_of(image, options.region);
    std::vector<Face> faces = detector.detect(part.view);
    for (Face& face : faces) shift(face, part.x, part.y);
    return faces;
}

void Emanalysis::Impl::classify_all() {
    while (std::optional<Work> work = found.pop())
        if (!results.push(classify(std::move(*work)))) return;
}

FrameResult Emanalysis::Impl::classify(Work work) {
    FrameResult result;
    result.number = work.frame.number;
    result.time_s = work.frame.time_s;
    result.after_gap = work.frame.after_gap;
    result.looked = work.looked;
    const std::vector<Track> tracks =
        work.looked ? tracker.update(work.faces, result.time_s) : tracker.predict(result.time_s);

    std::vector<Emotion> now;
    if (classifier && work.looked) {
        std::vector<Face> faces;
        for (const Track& track : tracks) faces.push_back(track.face);
        now = classifier->classify(work.frame.image, faces);
    }
    std::vector<Emotion> emotions;
    std::vector<std::optional<HeadPose>> poses;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        TrackedFace face{tracks[i], {}, {}, {}};
        if (!now.empty()) {
            face.now = now[i];
            face.emotion = smoother.update(face.track.id, now[i], result.time_s);
        } else if (classifier) {
            face.emotion = smoother.last(face.track.id);
        }
        if (face.track.face.landmarks) face.pose = estimate_head_pose(*face.track.face.landmarks);
        if (face.emotion) emotions.push_back(*face.emotion);
        poses.push_back(face.pose);
        result.faces.push_back(std::move(face));
    }
    if (work.looked) {
        std::vector<std::int64_t> alive;
        for (const Track& track : tracker.tracks()) alive.push_back(track.id);
        smoother.keep(alive);
    }
    result.statistics = frame_statistics(static_cast<int>(tracks.size()), emotions, poses, options.front);
    result.image = std::make_shared<const Image>(std::move(work.frame.image));
    return result;
}

Emanalysis::Emanalysis(VideoSource source, const EmanalysisOptions& options)
    : Emanalysis(std::make_shared<VideoSource>(std::move(source)), options) {}
Emanalysis::Emanalysis(std::shared_ptr<VideoSource> source, const EmanalysisOptions& options)
    : impl_(std::make_unique<Impl>(std::move(source), options)) {}

Emanalysis::~Emanalysis() = default;
Emanalysis::Emanalysis(Emanalysis&&) noexcept = default;
Emanalysis& Emanalysis::operator=(Emanalysis&&) noexcept = default;

std::optional<FrameResult> Emanalysis::next() {
    Impl& self = *impl_;
    if (self.threads.empty()) self.start();
    return self.give(self.results.pop());
}

std::optional<FrameResult> Emanalysis::next(double wait_s) {
    require(wait_s >= 0 && wait_s <= 86400, "Emanalysis: wait_s must be in [0, 86400], got {}", wait_s);
    Impl& self = *impl_;
    if (self.threads.empty()) self.start();
    return self.give(self.results.pop(std::chrono::duration<double>(wait_s)));
}

/// What next() gives: the result, taken into the sums; else, at the end of the run, what broke it.
std::optional<FrameResult> Emanalysis::Impl::give(std::optional<FrameResult> result) {
    const std::lock_guard lock(mutex);
    if (result) {
        ++analyzed;
        timeline.add(result->time_s, result->statistics);
        log.add(*result);
    } else if (error && results.ended()) {
        std::rethrow_exception(std::exchange(error, nullptr));
    }
    return result;
}

bool Emanalysis::ended() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->results.ended() && !impl_->error;
}

void Emanalysis::run(const std::function<bool(const FrameResult&)>& observer) {
    while (const std::optional<FrameResult> result = next()) {
        bool go_on = false;
        try {
            go_on = observer(*result);
        } catch (...) {
            cancel();
            throw;
        }
        if (!go_on) return cancel();
    }
}

void Emanalysis::stop() {
    impl_->stopped = true;
    impl_->source->stop();
}

void Emanalysis::cancel() {
    impl_->stopped = true;
    impl_->cancel();
}

SourceHealth Emanalysis::health() const {
    return impl_->source->health();
}

Timeline Emanalysis::timeline() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->timeline;
}

RunSummary Emanalysis::summary() const {
    const Impl& self = *impl_;
    const std::lock_guard lock(self.mutex);
    return {self.source->name(),   self.labels,           self.analyzed,
            self.source->health(), self.timeline.total(), self.log.summaries()};
}

const std::vector<std::string>& Emanalysis::labels() const noexcept {
    return impl_->labels;
}

const EmanalysisOptions& Emanalysis::options() const noexcept {
    return impl_->options;
}

}  // namespace emotion
